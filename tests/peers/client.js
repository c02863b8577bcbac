'use strict';
// Runs stratum-client, a client that is not ours, against a pool given as one JSON argument: { host, port, user }.
// The package speaks the protocol and does not hash; the search below is Node's own SHA-256. It has one share accepted,
// then offers the same share again, an unknown job, and an extranonce2 that is too short. One JSON object a line.
const crypto = require('crypto');
const connect = require('stratum-client');

const { host, port, user } = JSON.parse(process.argv[2]);
const say = (event, fields) => console.log(JSON.stringify({ event, ...fields }));

const sha256d = (bytes) => {
  const once = crypto.createHash('sha256').update(bytes).digest();
  return crypto.createHash('sha256').update(once).digest();
};
const hex = (text) => Buffer.from(text, 'hex');
const reversed = (bytes) => Buffer.from(bytes).reverse();

function header(work, extranonce2) {
  const coinbase = hex(work.coinb1 + work.extraNonce1 + extranonce2 + work.coinb2);
  const root = work.merkle_branch.reduce((left, right) => sha256d(Buffer.concat([left, hex(right)])), sha256d(coinbase));
  const previous = hex(work.prevhash).swap32();
  return Buffer.concat([
    reversed(hex(work.version)), previous, root, reversed(hex(work.ntime)), reversed(hex(work.nbits)), Buffer.alloc(4),
  ]);
}

function search(work, extranonce2) {
  const bytes = header(work, extranonce2);
  // Difficulty one is 0xffff * 2^208; the quotient is good enough for a search that keeps a margin of one part in a million.
  const target = 0xffff * 2 ** 208 / work.miningDiff * 0.999999;
  for (let nonce = 0; nonce < 2 ** 32; nonce += 1) {
    bytes.writeUInt32LE(nonce, 76);
    const hash = sha256d(bytes);
    if (hash[31] === 0 && Number(BigInt('0x' + reversed(hash).toString('hex'))) <= target) {
      return nonce.toString(16).padStart(8, '0');
    }
  }
  throw new Error('no nonce meets the target');
}

let offers;
let offered;
function offerNext() {
  const offer = offers.shift();
  if (offer === undefined) {
    say('done', {});
    client.shutdown();
    process.exit(0);
  }
  offered = offer.name;
  client.submit({ worker_name: user, ...offer.fields });
}

const client = connect({
  server: host, port, worker: user, password: 'x', autoReconnectOnError: false,
  onConnect: () => say('connected', {}),
  onClose: () => say('closed', {}),
  onError: (error) => say('trouble', { text: error.message }),
  onAuthorizeSuccess: () => say('authorized', {}),
  onAuthorizeFail: (error) => say('not authorized', { error }),
  onNewDifficulty: (difficulty) => say('difficulty', { difficulty }),
  onSubscribe: (answer) => say('subscribed', answer),
  onNewMiningWork: (work) => {
    say('job', { id: work.jobId, clean: work.clean_jobs });
    if (offers !== undefined) return;
    const extranonce2 = '01'.padStart(2 * work.extraNonce2Size, '0');
    const share = { job_id: work.jobId, extranonce2, ntime: work.ntime, nonce: search(work, extranonce2) };
    offers = [
      { name: 'a share', fields: share },
      { name: 'the same share again', fields: share },
      { name: 'an unknown job', fields: { ...share, job_id: 'no-such-job' } },
      { name: 'a short extranonce2', fields: { ...share, extranonce2: extranonce2.slice(2) } },
    ];
    offerNext();
  },
  onSubmitWorkSuccess: () => { say('accepted', { offer: offered }); offerNext(); },
  onSubmitWorkFail: (error) => { say('refused', { offer: offered, error }); offerNext(); },
});
process.stdin.on('end', () => process.exit(0)).resume();
