//! RSA private keys.

use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero};
use der::Decode;
use der::asn1::{AnyRef, UintRef};
use pkcs1::RsaPrivateKeyRef;

use super::algorithm::RSA_ENCRYPTION;
use super::public::{MAX_RSA_BITS, PublicKey, bits};
use super::{DAMAGED, Fault, Read, encode};

/// `RSAPrivateKey` (RFC 8017 appendix A.1.2).
pub(super) fn read(der: &[u8]) -> Read {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| Fault::Structure(DAMAGED))?;
    if key.other_prime_infos.is_some() {
        return Err(Fault::RsaConflict);
    }
    let public =
        PublicKey::Rsa { modulus: key.modulus.as_bytes().to_vec(), exponent: key.public_exponent.as_bytes().to_vec() };
    // A larger key is refused for its certificate's sake (`crt.rsa_too_large`): no arithmetic on it.
    if bits(key.modulus.as_bytes()) <= MAX_RSA_BITS && !is_consistent(&key) {
        return Err(Fault::RsaConflict);
    }
    Ok((public, encode(RSA_ENCRYPTION, Some(AnyRef::NULL), der)))
}

/// Whether the eight numbers are one key (RFC 8017 section 3.2): n = p·q, e·d ≡ 1, and the three for the Chinese remainder
/// theorem.
///
/// `None` inside means that a number is 0 where it cannot be, so the answer is no.
fn is_consistent(key: &RsaPrivateKeyRef<'_>) -> bool {
    let check = || {
        let [public, private] = [key.public_exponent, key.private_exponent].map(number);
        let [first, second] = [key.prime1, key.prime2].map(number);
        let first_less_1 = non_zero(one_less(&first)?)?;
        let second_less_1 = non_zero(one_less(&second)?)?;
        let product = public.concatenating_mul(&private);
        let is_odd = key.modulus.as_bytes().last().is_some_and(|last| last % 2 == 1);
        let holds = is_odd
            && first.concatenating_mul(&second) == number(key.modulus)
            && is_one(&product.rem(&first_less_1))
            && is_one(&product.rem(&second_less_1))
            && private.rem(&first_less_1) == number(key.exponent1)
            && private.rem(&second_less_1) == number(key.exponent2)
            && is_one(&second.concatenating_mul(&number(key.coefficient)).rem(&non_zero(first)?));
        Some(holds)
    };
    check().unwrap_or(false)
}

fn number(uint: UintRef<'_>) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(uint.as_bytes())
}

fn one_less(number: &BoxedUint) -> Option<BoxedUint> {
    (!bool::from(number.is_zero())).then(|| number.wrapping_sub(BoxedUint::one()))
}

fn non_zero(number: BoxedUint) -> Option<NonZero<BoxedUint>> {
    number.into_nz().into_option()
}

fn is_one(number: &BoxedUint) -> bool {
    number.is_one().into()
}
