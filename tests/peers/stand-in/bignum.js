'use strict';
// As much of the package bignum as foundation-stratum uses to compare a hash with a target.
const wrap = (value) => ({
  value,
  ge: (other) => value >= other.value,
  toNumber: () => Number(value),
});

module.exports = (digits, base) => wrap(BigInt((base === 16 ? '0x' : '') + digits));
module.exports.fromBuffer = (bytes, { endian } = {}) => {
  const ordered = endian === 'little' ? Buffer.from(bytes).reverse() : bytes;
  return wrap(BigInt('0x' + ordered.toString('hex')));
};
