//! What is written is read back as it was.

use proptest::prelude::*;

use hashkit_chain::{Hash, JobId, Nbits, Ntime, Target, Version};

use super::*;

fn read(line: &str) -> Line<'_> {
    Line::read(line.trim_end().as_bytes(), 16).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn ids() -> impl Strategy<Value = Id> {
    prop_oneof![any::<u64>().prop_map(Id::number), Just(Id::null())]
}

fn job_ids() -> impl Strategy<Value = JobId> {
    prop_oneof![
        any::<String>().prop_map(|text| text.chars().take(64).collect::<String>().as_str().into()),
        any::<i64>().prop_map(|number| JobId::Number(number.to_string().into())),
    ]
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..most)
}

prop_compose! {
    fn notifies()(
        job_id in job_ids(), prev_hash: [u8; 32], coinbase_prefix in bytes(99), coinbase_suffix in bytes(99),
        branch in proptest::collection::vec(any::<[u8; 32]>(), 0..9), words: [u32; 3], clean_jobs: Option<bool>,
    ) -> Notify {
        Notify {
            job_id,
            prev_hash: Hash::from_internal(prev_hash),
            coinbase_prefix,
            coinbase_suffix,
            branch: branch.into_iter().map(Hash::from_internal).collect(),
            version: Version(words[0]),
            nbits: Nbits(words[1]),
            ntime: Ntime(words[2]),
            clean_jobs,
        }
    }
}

fn to_miner() -> impl Strategy<Value = ToMiner> {
    prop_oneof![
        notifies().prop_map(|notify| ToMiner::Notify(Box::new(notify))),
        (proptest::num::f64::NORMAL, any::<bool>())
            .prop_map(|(value, quoted)| ToMiner::SetDifficulty { value, quoted }),
        any::<[u8; 32]>().prop_map(|bytes| ToMiner::SetTarget(Target::from_le_bytes(bytes))),
        (bytes(64), proptest::option::of(0usize..=32))
            .prop_map(|(extranonce1, extranonce2_len)| ToMiner::SetExtranonce { extranonce1, extranonce2_len }),
        any::<u32>().prop_map(ToMiner::SetVersionMask),
        Just(ToMiner::Ping),
        Just(ToMiner::GetVersion),
        any::<String>().prop_map(ToMiner::ShowMessage),
        (proptest::option::of(".{1,40}"), proptest::option::of(1u16..), 0u64..1 << 53)
            .prop_map(|(host, port, wait)| ToMiner::Reconnect { host, port, wait }),
        "[a-z._]{0,20}".prop_map(|name| ToMiner::Unknown(format!("x{name}"))),
    ]
}

fn to_pool() -> impl Strategy<Value = ToPool> {
    let numbers = proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO;
    let difficulties = proptest::option::of(numbers);
    let session = proptest::option::of("[0-9a-f]{1,16}");
    prop_oneof![
        any::<u32>().prop_map(|mask| ToPool::Configure(Extensions::version_rolling(mask))),
        ("[ -~]{1,30}", session).prop_map(|(agent, session_id)| ToPool::Subscribe { agent, session_id }),
        any::<[String; 2]>().prop_map(|[user, password]| ToPool::Authorize { user, password: password.into() }),
        difficulties.prop_map(ToPool::SuggestDifficulty),
        any::<Option<[u8; 32]>>().prop_map(|target| ToPool::SuggestTarget(target.map(Target::from_le_bytes))),
        Just(ToPool::ExtranonceSubscribe),
        Just(ToPool::Ping),
        (any::<[String; 4]>(), job_ids(), any::<Option<String>>()).prop_map(
            |([user, extranonce2, ntime, nonce], job_id, version_bits)| ToPool::Submit(Submit {
                user,
                job_id,
                extranonce2,
                ntime,
                nonce,
                version_bits,
            })
        ),
    ]
}

proptest! {
    #[test]
    fn what_a_pool_says_is_read_back_as_it_was(message in to_miner(), id in ids()) {
        let line = message.to_line(&id);
        prop_assert_eq!(line.matches('\n').count(), 1, "one line: {}", line);
        let Line::Call(call) = read(&line) else { panic!("no call: {line}") };
        prop_assert_eq!(&call.id, &id);
        prop_assert_eq!(ToMiner::read(&call), Ok(message));
    }

    #[test]
    fn what_a_miner_asks_is_read_back_as_it_was(message in to_pool(), id in ids()) {
        let line = message.to_line(&id);
        prop_assert_eq!(line.matches('\n').count(), 1, "one line: {}", line);
        let Line::Call(call) = read(&line) else { panic!("no call: {line}") };
        prop_assert_eq!(&call.id, &id);
        prop_assert_eq!(ToPool::read(&call), Ok(message));
    }

    #[test]
    fn a_subscription_is_read_back_as_it_was(extranonce1 in bytes(64), extranonce2_len in 0usize..=32, session in "[ -~]{0,40}") {
        let subscribed = Subscribed { extranonce1, extranonce2_len, session_id: Some(session) };
        let line = subscribed.to_line(&Id::number(7));
        let Line::Answer(answer) = read(&line) else { panic!("no answer: {line}") };
        prop_assert_eq!(Subscribed::read(answer.result.unwrap()), Ok(subscribed));
    }
}

#[test]
fn an_envelope_is_classified_by_what_it_holds() {
    for (case, line, is_call) in [
        ("a request", r#"{"id":1,"method":"m","params":[]}"#, true),
        ("keys in another order, unknown ones too", r#"{"params":[],"x":{"y":[1]},"method":"m","id":1}"#, true),
        ("no parameters", r#"{"id":1,"method":"m"}"#, true),
        ("result and error are null", r#"{"id":1,"method":"m","result":null,"error":null}"#, true),
        ("a result beside the method", r#"{"id":1,"method":"m","result":true}"#, false),
        ("an error beside the method", r#"{"id":1,"method":"m","error":[20,"x"]}"#, false),
        ("a method that is no text", r#"{"id":1,"method":7}"#, false),
        ("nothing", "{}", false),
        ("the last of repeated keys counts", r#"{"method":"m","method":7}"#, false),
    ] {
        assert_eq!(matches!(read(line), Line::Call(_)), is_call, "{case}");
    }
    for (case, line) in [
        ("an id that is a list", r#"{"id":[1],"method":"m"}"#.to_owned()),
        ("an id too long", format!(r#"{{"id":"{}","method":"m"}}"#, "x".repeat(127))),
        ("cut off", r#"{"id":1,"method":"m""#.to_owned()),
        ("more behind it", "{}{}".to_owned()),
        ("a text", "\"x\"".to_owned()),
    ] {
        assert!(Line::read(line.as_bytes(), 16).is_err(), "{case}");
    }
}
