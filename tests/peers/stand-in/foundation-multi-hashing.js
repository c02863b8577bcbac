'use strict';
// The two proofs of work that the scenarios use, on Node's own crypto.
const crypto = require('crypto');

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest();

module.exports = {
  sha256d: (header) => sha256(sha256(header)),
  scrypt: (header, n, r) => crypto.scryptSync(header, header, 32, { N: n, r, p: 1 }),
};
