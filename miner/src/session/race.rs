//! Of a name's addresses the first that answers: RFC 8305, "happy eyeballs".

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::connect::ConnectError;

/// How long an address has before the next is tried beside it (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Tries the addresses with `open`: one after the other, each a quarter of a second after the one before or as soon as that one
/// has failed, and takes the first connection. `None` without any address; else the last failure.
pub(super) async fn race<F>(
    addresses: Vec<SocketAddr>,
    open: impl Fn(SocketAddr) -> F,
) -> Option<Result<TcpStream, ConnectError>>
where
    F: Future<Output = Result<TcpStream, ConnectError>> + Send + 'static,
{
    let mut waiting = in_turns(addresses).into_iter();
    let mut attempts = JoinSet::new();
    let mut failure = None;
    loop {
        match waiting.next() {
            Some(address) => drop(attempts.spawn(open(address))),
            None if attempts.is_empty() => return failure.map(Err),
            None => {}
        }
        tokio::select! {
            Some(ended) = attempts.join_next() => match ended {
                Ok(Ok(stream)) => return Some(Ok(stream)),
                Ok(Err(error)) => failure = Some(error),
                Err(_) => {}
            },
            () = sleep(ATTEMPT_DELAY), if waiting.len() > 0 => {}
        }
    }
}

/// The resolver's order, but the two families in turns, so that one that leads nowhere costs one delay (section 4).
fn in_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().map(SocketAddr::is_ipv6) else { return addresses };
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for address in addresses {
        if address.is_ipv6() == first { ours.push(address) } else { others.push(address) }
    }
    let mut others = others.into_iter();
    let mut order: Vec<_> = ours.into_iter().flat_map(|address| [Some(address), others.next()]).flatten().collect();
    order.extend(others);
    order
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_families_take_turns() {
        for (given, order) in [
            (&[][..], &[][..]),
            (&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"], &["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"]),
            (&["1.1.1.1:1", "[::1]:1", "[::2]:1"], &["1.1.1.1:1", "[::1]:1", "[::2]:1"]),
            (&["1.1.1.1:1", "2.2.2.2:1"], &["1.1.1.1:1", "2.2.2.2:1"]),
        ] {
            assert_eq!(in_turns(addresses(given)), addresses(order));
        }
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_costs_a_quarter_of_a_second_and_a_refusal_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let dead: SocketAddr = "192.0.2.1:1".parse().unwrap();
        let refusing: SocketAddr = "192.0.2.2:1".parse().unwrap();
        let connect = move |address: SocketAddr| async move {
            match address {
                _ if address == dead => pending().await,
                _ if address == refusing => Err(ConnectError::Refused { pool: address.to_string() }),
                _ => Ok(TcpStream::connect(address).await.unwrap()),
            }
        };
        for (case, list, least) in [
            ("a dead one first", vec![dead, open], ATTEMPT_DELAY),
            ("a refusing one first", vec![refusing, open], Duration::ZERO),
            ("two dead ones first", vec![dead, dead, open], 2 * ATTEMPT_DELAY),
        ] {
            let began = Instant::now();
            let stream = race(list, connect).await.unwrap().unwrap();
            assert_eq!(stream.peer_addr().unwrap(), open, "{case}");
            let took = began.elapsed();
            assert!(took >= least && took < least + Duration::from_secs(2), "{case}: {took:?}");
        }
        assert!(matches!(race(vec![refusing; 3], connect).await, Some(Err(ConnectError::Refused { .. }))));
        assert!(race(vec![], connect).await.is_none());
    }
}
