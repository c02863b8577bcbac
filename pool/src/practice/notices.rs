//! Notices of new tips as nodes publish them (`-zmqpubhashblock`): the publisher's end of ZMTP 3.0 for this one topic. It shares no
//! code with the subscriber's end, `node/hashblock.rs`.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::error::RecvError;

use super::node::Shared;

const GREETING: [u8; 64] = {
    let mut bytes = [0; 64];
    (bytes[0], bytes[9], bytes[10]) = (0xff, 0x7f, 3);
    (bytes[12], bytes[13], bytes[14], bytes[15]) = (b'N', b'U', b'L', b'L');
    bytes
};
const READY: &[u8] = b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x03PUB";
const SUBSCRIPTION: &[u8] = b"\x01hashblock";

/// Publishes until the node closes.
pub(super) async fn publish(listener: TcpListener, shared: Arc<Shared>) {
    let mut closing = shared.closing.clone();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
            _ = closing.wait_for(|closing| *closing) => return,
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let mut closing = shared.closing.clone();
            tokio::select! {
                ended = serve(stream, &shared) => tracing::debug!(?ended, "a listener to new tips has gone"),
                _ = closing.wait_for(|closing| *closing) => {}
            }
        });
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(&GREETING).await?;
    stream.read_exact(&mut [0; GREETING.len()]).await?;
    stream.write_all(READY).await?;
    while read_frame(&mut stream).await? != SUBSCRIPTION {}
    let mut tips = shared.tips();
    for counter in 0_u32.. {
        let tip = loop {
            match tips.recv().await {
                Ok(tip) => break tip,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            }
        };
        let mut notice = b"\x01\x09hashblock\x01\x20".to_vec();
        notice.extend(tip.hash.as_internal().iter().rev());
        notice.extend([0, 4]);
        notice.extend(counter.to_le_bytes());
        stream.write_all(&notice).await?;
    }
    Ok(())
}

/// The body of a short frame; a subscriber sends no others.
async fn read_frame(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let _flags = stream.read_u8().await?;
    let mut body = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut body).await?;
    Ok(body)
}
