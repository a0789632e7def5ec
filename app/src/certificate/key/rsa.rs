//! RSA private keys.

use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero};
use der::Encode;
use der::asn1::{AnyRef, UintRef};
use pkcs1::RsaPrivateKeyRef;
use zeroize::Zeroizing;

use super::algorithm::RSA_ENCRYPTION;
use super::public::{MAX_RSA_BITS, PublicKey, bits, unsigned};
use super::{DAMAGED, Fault, Read, encode};
use crate::certificate::der::Element;

/// `RSAPrivateKey` (RFC 8017 appendix A.1.2), read by its elements.
pub(super) fn read(der: &[u8]) -> Read {
    let parts = Element::of_sequence(der, 10).ok_or(Fault::Structure(DAMAGED))?;
    let [version, numbers @ ..] = parts.as_slice() else {
        return Err(Fault::Structure(DAMAGED));
    };
    let (numbers, other_primes) = numbers.split_at_checked(8).ok_or(Fault::Structure(DAMAGED))?;
    if version.content == [1] || !other_primes.is_empty() {
        return Err(Fault::ManyPrimes);
    }
    let key = key_of(numbers).ok_or(Fault::Structure(DAMAGED))?;
    let public =
        PublicKey::Rsa { modulus: key.modulus.as_bytes().to_vec(), exponent: key.public_exponent.as_bytes().to_vec() };
    // A larger key is refused for its certificate's sake (`crt.rsa_too_large`): no arithmetic on it.
    if bits(key.modulus.as_bytes()) <= MAX_RSA_BITS && !is_consistent(&key) {
        return Err(Fault::RsaConflict);
    }
    let kept = key.to_der().map(Zeroizing::new).map_err(|_| Fault::Structure(DAMAGED))?;
    Ok((public, encode(RSA_ENCRYPTION, Some(AnyRef::NULL), &kept)))
}

/// n, e, d, p, q and the three others.
fn key_of<'a>(numbers: &[Element<'a>]) -> Option<RsaPrivateKeyRef<'a>> {
    let mut numbers = numbers.iter().map(|number| UintRef::new(unsigned(number)?).ok());
    Some(RsaPrivateKeyRef {
        modulus: numbers.next()??,
        public_exponent: numbers.next()??,
        private_exponent: numbers.next()??,
        prime1: numbers.next()??,
        prime2: numbers.next()??,
        exponent1: numbers.next()??,
        exponent2: numbers.next()??,
        coefficient: numbers.next()??,
        other_prime_infos: None,
    })
}

/// Whether the eight numbers are one key (RFC 8017 section 3.2): n = p·q, e·d ≡ 1, and the three for the Chinese remainder
/// theorem; d less than n, and the coefficient less than p, as TLS libraries insist.
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
            && private < number(key.modulus)
            && number(key.coefficient) < first
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
