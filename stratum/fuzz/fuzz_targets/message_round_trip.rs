//! What can be read can be written and is read back the same.
#![no_main]

use hashkit_stratum::{Call, Granted, Id, Line, Subscribed, ToMiner, ToPool};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| match Line::read(bytes, 16) {
    Ok(Line::Call(call)) => {
        if let Ok(message) = ToMiner::read(&call) {
            let line = message.to_line(&call.id);
            again(&line, |call| assert_eq!(ToMiner::read(call), Ok(message.clone()), "{line}"));
        }
        match ToPool::read(&call) {
            // A mask that is none has no form of its own.
            Ok(ToPool::Configure(extensions)) if extensions.mask == Some(Err(())) => {}
            Ok(message) => {
                let line = message.to_line(&call.id);
                again(&line, |call| assert_eq!(ToPool::read(call), Ok(message.clone()), "{line}"));
            }
            Err(_) => {}
        }
    }
    Ok(Line::Answer(answer)) => {
        let _ = (answer.verdict(), Granted::read(&answer));
        if let Some(Ok(subscribed)) = answer.result.map(Subscribed::read) {
            assert!(subscribed.extranonce2_len <= 32 && subscribed.extranonce1.len() <= Subscribed::MAX_EXTRANONCE1);
            let line = subscribed.to_line(&Id::number(1));
            let Ok(Line::Answer(answer)) = Line::read(line.trim_end().as_bytes(), 16) else { panic!("{line}") };
            let read = Subscribed::read(answer.result.expect("a result")).expect("what was written");
            assert_eq!((read.extranonce1, read.extranonce2_len), (subscribed.extranonce1, subscribed.extranonce2_len));
        }
    }
    Err(_) => {}
});

fn again(line: &str, check: impl Fn(&Call<'_>)) {
    assert_eq!(line.find('\n'), Some(line.len() - 1), "one line");
    match Line::read(line.trim_end_matches('\n').as_bytes(), 16) {
        Ok(Line::Call(call)) => check(&call),
        other => panic!("{line} is read as {other:?}"),
    }
}
