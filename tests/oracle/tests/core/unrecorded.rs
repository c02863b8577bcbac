//! Rules that no recorded answer covers: each broken once, and each limit reached exactly. Only Core can say here what is right.

use hashkit_chain::{Hash, Header, Nbits, Ntime, Version, height_push, hex, merkle_branch, merkle_root, sha256d};
use hashkit_oracle::{Damaged, Draft, Transaction, World, anyone, search};
use hashkit_pool::practice::Profile;

use crate::compare_each;

const ALL_MONEY: i64 = 21_000_000 * 100_000_000;

#[test]
fn core_and_the_practice_chain_agree_on_rules_that_nobody_recorded() {
    let world = World::mine(Profile::Fast, 110);
    let mut cases = headers(&world);
    cases.extend(coinbases(&world));
    cases.extend(transactions(&world));
    cases.extend(sizes(&world));
    let cases: Vec<_> = cases
        .into_iter()
        .map(|(case, block)| (case.to_owned(), Damaged { hex: hex::encode(&block), ..Damaged::default() }))
        .collect();
    compare_each(&world, &cases);
}

type Cases = Vec<(&'static str, Vec<u8>)>;

fn changed(world: &World, change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = world.next.clone();
    change(&mut draft);
    draft.solve()
}

/// A block of any transactions, solved.
fn block_of(header: Header, transactions: &[(&[u8], Hash)]) -> Vec<u8> {
    let txids: Vec<Hash> = transactions.iter().map(|(_, txid)| *txid).collect();
    let root = txids.split_first().map_or(Hash::ZERO, |(first, rest)| merkle_root(*first, &merkle_branch(rest)));
    let header = search(Header { merkle_root: root, ..header }, None);
    let mut block = header.to_bytes().to_vec();
    block.push(u8::try_from(transactions.len()).expect("a handful"));
    block.extend(transactions.iter().flat_map(|(bytes, _)| *bytes));
    block
}

fn headers(world: &World) -> Cases {
    let unsolved = |nbits| {
        let draft = &world.next;
        let mut header = draft.header;
        header.nbits = Nbits(nbits);
        draft.write(&header)
    };
    vec![
        ("a version below zero", changed(world, |draft| draft.header.version = Version(0x8000_0000))),
        ("version 4", changed(world, |draft| draft.header.version = Version(4))),
        ("version 0", changed(world, |draft| draft.header.version = Version(0))),
        ("the earliest time", changed(world, |draft| draft.header.ntime = draft.min_time)),
        ("the latest time of all", changed(world, |draft| draft.header.ntime = Ntime(u32::MAX))),
        ("a target easier than the easiest", unsolved(0x2100_ffff)),
        ("a target beyond 256 bits", unsolved(0xff12_3456)),
        ("a target below zero", unsolved(0x01fe_dcba)),
        ("no target", unsolved(0)),
    ]
}

fn coinbases(world: &World) -> Cases {
    let first = &world.next.transactions[0];
    vec![
        ("no transactions", block_of(world.next.header, &[])),
        ("no coinbase", block_of(world.next.header, &[(&first.bytes, first.txid)])),
        ("a coinbase without outputs", changed(world, |draft| draft.outputs.clear())),
        ("an output below zero", changed(world, |draft| draft.outputs[0].0 = -1)),
        ("an output of all money", changed(world, |draft| draft.outputs[0].0 = ALL_MONEY)),
        ("an output of more than all money", changed(world, |draft| draft.outputs[0].0 = ALL_MONEY + 1)),
        (
            "outputs of twice all money",
            changed(world, |draft| {
                draft.outputs[0].0 = ALL_MONEY;
                draft.outputs.insert(0, (ALL_MONEY, anyone()));
            }),
        ),
        ("nothing but the height in the script", changed(world, |draft| draft.script_sig = height_push(draft.height))),
        ("bytes behind the commitment", changed(world, |draft| draft.outputs[1].1.extend([1, 2, 3]))),
        ("a commitment cut short", changed(world, |draft| draft.outputs[1].1.truncate(37))),
        ("two witness items", changed(world, |draft| draft.witness.push(vec![]))),
        (
            "a witness without commitment",
            changed(world, |draft| {
                draft.transactions.clear();
                draft.outputs.pop();
                draft.outputs[0].0 = 0;
            }),
        ),
        (
            "a lock time that is a time, and past",
            changed(world, |draft| {
                (draft.lock_time, draft.sequence) = (draft.min_time.0 - 2, 0);
            }),
        ),
        (
            "a lock time at the median",
            changed(world, |draft| {
                (draft.lock_time, draft.sequence) = (draft.min_time.0 - 1, 0);
            }),
        ),
        ("a lock time far ahead, switched off", changed(world, |draft| draft.lock_time = u32::MAX)),
    ]
}

fn transactions(world: &World) -> Cases {
    // The first synthetic transaction is replaced by another spend of the same coin.
    let spent = &world.next.transactions[0].bytes;
    let coin = {
        let mut txid = [0; 32];
        txid.copy_from_slice(&spent[7..39]);
        (Hash::from_internal(txid), u32::from_le_bytes([spent[39], spent[40], spent[41], spent[42]]))
    };
    let value = 1_000_000_000;
    let with = |transaction: Transaction| {
        changed(world, |draft| {
            draft.transactions = vec![transaction];
            draft.outputs[0].0 = 0;
            draft.commit();
        })
    };
    let pays = |value| vec![(value, anyone())];
    let spend = |script: &[u8], sequence, witness: &[&[u8]], lock_time| {
        with(Transaction::new(&[coin], script, sequence, &pays(value), witness, lock_time))
    };
    let plain = 0xffff_fffd;
    let nothing = {
        let bytes = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0].to_vec();
        let txid = sha256d(&bytes);
        Transaction { bytes, txid, wtxid: txid, fee: 0 }
    };
    let twice = Transaction::new(&[coin], &[], plain, &pays(1), &[&[0x51]], 0);
    vec![
        ("a plain spend", spend(&[], plain, &[&[0x51]], 0)),
        ("neither inputs nor outputs", with(nothing)),
        ("no outputs", with(Transaction::new(&[coin], &[], plain, &[], &[&[0x51]], 0))),
        ("a coin spent twice in one transaction", {
            with(Transaction::new(&[coin, coin], &[], plain, &pays(1), &[&[0x51]], 0))
        }),
        (
            "a coin spent twice in one block",
            changed(world, |draft| {
                draft.transactions.insert(1, twice);
                draft.commit();
            }),
        ),
        ("an input that spends nothing", {
            with(Transaction::new(&[coin, (Hash::ZERO, u32::MAX)], &[], plain, &pays(1), &[&[0x51]], 0))
        }),
        ("an input that nobody made", {
            with(Transaction::new(&[(sha256d(b"nobody"), 0)], &[], plain, &pays(1), &[&[0x51]], 0))
        }),
        ("an output that is not there", {
            with(Transaction::new(&[(coin.0, 7)], &[], plain, &pays(1), &[&[0x51]], 0))
        }),
        ("more out than in", { with(Transaction::new(&[coin], &[], plain, &pays(6_000_000_000), &[&[0x51]], 0)) }),
        ("another witness script", spend(&[], plain, &[&[0x52]], 0)),
        ("two witness items", spend(&[], plain, &[&[0x51], &[0x51]], 0)),
        ("no witness", spend(&[], plain, &[], 0)),
        ("a script where a witness belongs", spend(&[1, 0x51], plain, &[&[0x51]], 0)),
        ("a lock time that has not come", spend(&[], 0, &[&[0x51]], 1000)),
        ("a lock time that has come", spend(&[], plain, &[&[0x51]], 110)),
    ]
}

fn sizes(world: &World) -> Cases {
    let padded = |len: usize| {
        changed(world, |draft| {
            let mut script = vec![0; len];
            script[0] = 0x6a;
            draft.outputs.insert(1, (0, script));
        })
    };
    // The length that takes the block to exactly four million units: everything else weighs what it weighs with 100 kB.
    let probe = padded(100_000);
    let witness: usize = 2 + 34 + world.next.transactions.iter().map(witness_len).sum::<usize>();
    let weight = 4 * (probe.len() - witness) + witness;
    let free = 4_000_000 - weight;
    let most = 100_000 + free / 4;
    vec![
        ("as heavy as a block may be", padded(most)),
        ("a little too heavy by its witnesses", padded(most + 1)),
        ("a little too heavy without witnesses", padded(1_000_000)),
        ("as many signature operations as a block may have", {
            changed(world, |draft| draft.outputs[0].1 = vec![0xae; 1000])
        }),
        (
            "one signature operation too many",
            changed(world, |draft| {
                draft.outputs[0].1 = vec![0xae; 1000];
                draft.outputs[0].1.push(0xac);
            }),
        ),
        (
            "signature operations behind a broken push",
            changed(world, |draft| {
                draft.outputs[0].1 = vec![0x4e, 0xff, 0xff, 0xff, 0];
                draft.outputs[0].1.extend([0xae; 2000]);
            }),
        ),
    ]
}

/// Marker, flag and witness bytes of a transaction.
fn witness_len(transaction: &Transaction) -> usize {
    // A synthetic spend of a witness script has marker, flag, a count, a length and one byte.
    if transaction.txid == transaction.wtxid { 0 } else { 5 }
}
