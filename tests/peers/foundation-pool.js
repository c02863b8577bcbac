'use strict';
// Runs foundation-stratum, a pool server that is not ours, on a node given as one JSON argument:
// { host, port, username, password, address, difficulty, mining }. Prints one JSON object a line: what happens to the pool.
const Module = require('module');
const net = require('net');
const path = require('path');

// Two of its dependencies are C++ that current Node does not compile. What it needs of them is little: `stand-in/`.
const find = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  const isReplaced = name === 'bignum' || name === 'foundation-multi-hashing';
  return find.call(this, isReplaced ? path.join(__dirname, 'stand-in', `${name}.js`) : name, ...rest);
};
const { create } = require('foundation-stratum');

const settings = JSON.parse(process.argv[2]);
const say = (event, fields) => console.log(JSON.stringify({ event, ...fields }));

// It would listen on every address of the machine.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) { return listen.call(this, port, '127.0.0.1', ...rest); };

const network = {
  bech32: 'tb', bip32: { public: 0x043587cf, private: 0x04358394 }, peerMagic: '', pubKeyHash: 0x6f, scriptHash: 0xc4,
  wif: 0xef, coin: 'btc',
};

function start(port) {
  const { address, difficulty, mining, ...daemon } = settings;
  const pool = create({
    name: 'peer', coins: ['practice'], debug: true,
    banning: { time: 60, invalidPercent: 1.1, checkThreshold: 500, purgeInterval: 300 },
    ports: [{
      port, enabled: true,
      difficulty: { initial: difficulty, minimum: difficulty, maximum: difficulty, targetTime: 15, retargetTime: 90, variance: 0.3 },
    }],
    p2p: { enabled: false },
    settings: { connectionTimeout: 600, jobRebroadcastTimeout: 30, blockRefreshInterval: 100, tcpProxyProtocol: false },
    primary: {
      address,
      coin: {
        name: 'practice', symbol: 'P', version: 2, segwit: true, asicboost: true, getinfo: false, rewards: {},
        algorithms: { mining, block: 'sha256d', coinbase: 'sha256d' },
        mainnet: network, testnet: network,
      },
      daemons: [daemon],
      recipients: [],
    },
  }, {}, (_address, _port, user, _aux, _password, answer) => {
    say('authorize', { user });
    answer({ error: null, authorized: user !== 'stranger', disconnect: false });
  }, (result) => { if (result !== true) say('trouble', { text: String(result) }); });

  // A signet's node answers only who knows its rules; this pool has no setting for them.
  const ask = pool.setupDaemon;
  pool.setupDaemon = (...args) => {
    const node = ask.apply(pool, args);
    const cmd = node.cmd;
    node.cmd = (method, params, ...rest) => {
      if (method === 'getblocktemplate') params[0].rules = ['segwit', 'signet'];
      return cmd.call(node, method, params, ...rest);
    };
    return node;
  };

  pool.on('log', (level, text) => say('log', { level, text }));
  pool.on('started', () => say('listening', { port }));
  pool.on('share', (share, kind, block) => say('share', { kind, block, height: share.height, hash: share.hash, error: share.error }));
  pool.setupPool();
}

// The pool wants to be told its port, so a free one is looked for first.
const probe = net.createServer();
probe.listen(0, () => {
  const { port } = probe.address();
  probe.close(() => start(port));
});
// The scenario holds the other end of this pipe; when it is gone, so is the pool.
process.stdin.on('end', () => process.exit(0)).resume();
