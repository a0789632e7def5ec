//! Numbers that look like those of keys. Nobody has to find primes for them: the validator does not ask for primes, and takes as long.

use crypto_bigint::{BoxedUint, ConcatenatingMul, NonZero};

use crate::der::{integer, null, octet_string, oid, positive, sequence, tlv};
use crate::forge::pem;

/// So many bytes, the same for the same seed.
pub fn bytes(seed: usize, length: usize) -> Vec<u8> {
    let mut state = seed as u64 + 1;
    let mut next = || {
        // SplitMix64
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// A number of exactly so many bytes, its highest bit set, without small factors.
pub fn number(seed: usize, length: usize) -> Vec<u8> {
    let mut number = bytes(seed, length);
    number[0] |= 0x80;
    while (2..=751).any(|factor| remainder(&number, factor) == 0) {
        let low = number.len() - 2;
        let next = u16::from_be_bytes([number[low], number[low + 1]]).wrapping_add(1);
        number[low..].copy_from_slice(&next.to_be_bytes());
    }
    number
}

fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |rest, digit| ((rest << 8) | u32::from(*digit)) % divisor)
}

/// An RSA private key of 8192 bits whose eight numbers fit each other, as PKCS#8 in PEM. `longer` bytes are added to both exponents:
/// that changes nothing about the key, and the exponents are as long as the block may be.
pub fn rsa_key(seed: usize, longer: usize) -> Vec<u8> {
    // q = p - 2, so q·(p-1)/2 ≡ 1 (mod p).
    let first = BoxedUint::from_be_slice_vartime(&number(seed, 512));
    let second = first.wrapping_sub(BoxedUint::from(2_u8));
    let [first_less_1, second_less_1] = [&first, &second].map(|prime| prime.wrapping_sub(BoxedUint::one()));
    let order = first_less_1.concatenating_mul(&second_less_1);
    let (public, private) = exponents(&order);
    let lengthened = |exponent: &BoxedUint, seed: usize| {
        if longer == 0 {
            return exponent.clone();
        }
        let multiple = order.concatenating_mul(&BoxedUint::from_be_slice_vartime(&bytes(seed, longer)));
        // The product's highest bytes are small enough: nothing is lost.
        multiple.wrapping_add(exponent)
    };
    let coefficient = first_less_1.shr(1);
    let reduced = |modulus: &BoxedUint| private.rem(&NonZero::new(modulus.clone()).unwrap());
    let numbers = [
        first.concatenating_mul(&second),
        lengthened(&public, seed + 1),
        lengthened(&private, seed + 2),
        first.clone(),
        second.clone(),
        reduced(&first_less_1),
        reduced(&second_less_1),
        coefficient,
    ];
    let numbers: Vec<Vec<u8>> = numbers.iter().map(|number| positive(&number.to_be_bytes_trimmed_vartime())).collect();
    let key = tlv(0x30, &[integer(&[0]), numbers.concat()].concat());
    let algorithm = sequence(&[&oid("1.2.840.113549.1.1.1"), &null()]);
    pem("PRIVATE KEY", &sequence(&[&integer(&[0]), &algorithm, &octet_string(&key)]))
}

/// e and d with e·d ≡ 1 modulo `order`; e is the first prime from 65537 on that has an inverse.
fn exponents(order: &BoxedUint) -> (BoxedUint, BoxedUint) {
    let digits = order.to_be_bytes();
    let public = [65537, 65539, 65543].into_iter().find(|prime| remainder(&digits, *prime) != 0).unwrap();
    // d = (1 + k·order) / e with k = -1/order mod e.
    let rest = u64::from(remainder(&digits, public));
    let times = (1..u64::from(public)).find(|times| (rest * times + 1) % u64::from(public) == 0).unwrap();
    let public = BoxedUint::from(public);
    let sum = order.concatenating_mul(&BoxedUint::from(times));
    let sum = sum.wrapping_add(BoxedUint::one());
    let private = sum.wrapping_div(&NonZero::new(public.clone()).unwrap());
    (public, private)
}
