//! RSA moduli whose factors anybody finds (CA/Browser Forum Baseline Requirements section 6.1.1.3).

use crypto_bigint::{BoxedUint, ConcatenatingMul};

/// The largest prime that is tried as a factor.
const LARGEST_SMALL_PRIME: u32 = 751;
/// How many steps of Fermat's method are tried: primes that were chosen too close to each other are found in the first few.
const FERMAT_ROUNDS: usize = 110;

/// Whether a modulus (big-endian, without leading zeros, of bounded length) has a small factor or two that are close together.
pub(super) fn is_breakable(modulus: &[u8]) -> bool {
    has_small_factor(modulus) || has_close_factors(modulus)
}

fn has_small_factor(modulus: &[u8]) -> bool {
    let is_prime = |number: &u32| {
        (2..*number).take_while(|factor| factor * factor <= *number).all(|factor| !number.is_multiple_of(factor))
    };
    (2..=LARGEST_SMALL_PRIME).filter(is_prime).any(|prime| remainder(modulus, prime) == 0)
}

/// `number` modulo `divisor`, which is less than 2²⁴.
fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |rest, byte| ((rest << 8) | u32::from(*byte)) % divisor)
}

/// Fermat's method: n = a² − b² for an a just above the root of n.
fn has_close_factors(modulus: &[u8]) -> bool {
    let modulus = BoxedUint::from_be_slice_vartime(modulus);
    let one = BoxedUint::one();
    let floor = modulus.floor_sqrt_vartime();
    if floor.concatenating_mul(&floor) == modulus {
        return true;
    }
    let mut root = floor.wrapping_add(&one);
    let mut rest = root.concatenating_mul(&root).wrapping_sub(&modulus);
    for _ in 0..FERMAT_ROUNDS {
        if is_square(&rest) {
            return true;
        }
        // (a + 1)² − n = (a² − n) + a + (a + 1)
        let next = root.wrapping_add(&one);
        rest = rest.wrapping_add(&root).wrapping_add(&next);
        root = next;
    }
    false
}

fn is_square(number: &BoxedUint) -> bool {
    if !may_be_square(number) {
        return false;
    }
    let root = number.floor_sqrt_vartime();
    root.concatenating_mul(&root) == *number
}

/// Whether a number leaves the rest of a square by some small primes and by 64: a root is worth its price for one in 500.
fn may_be_square(number: &BoxedUint) -> bool {
    let bytes = number.to_be_bytes();
    let is_square_modulo = |modulus: u32| {
        let rest = remainder(&bytes, modulus);
        (0..modulus).any(|root| root * root % modulus == rest)
    };
    [64, 3, 5, 7, 11, 13, 17, 19, 23].into_iter().all(is_square_modulo)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(one: &[u8], other: &[u8]) -> Vec<u8> {
        let [one, other] = [one, other].map(BoxedUint::from_be_slice_vartime);
        let bytes = one.concatenating_mul(&other).to_be_bytes();
        bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
    }

    /// A large odd number.
    fn large(last: u8) -> Vec<u8> {
        let mut number: Vec<u8> = (1..=128).map(|byte: u8| byte.wrapping_mul(37) | 1).collect();
        number[0] |= 0xC0;
        number[127] = last;
        number
    }

    #[test]
    fn small_factors_are_found() {
        assert!(has_small_factor(&product(&large(7), &[2, 0xEF])));
        assert!(!has_small_factor(&[2, 0xF5]), "757 is the next prime");
        assert!(has_small_factor(&[3]));
    }

    #[test]
    fn close_factors_are_found() {
        assert!(has_close_factors(&product(&large(1), &large(1))));
        assert!(has_close_factors(&product(&large(1), &large(253))));
        let mut far = large(1);
        far[32] ^= 0x40;
        assert!(!has_close_factors(&product(&large(1), &far)), "the method needs far more rounds");
    }

    #[test]
    fn squares_are_told_from_others() {
        for number in 0_u32..5000 {
            let root = number.isqrt();
            assert_eq!(is_square(&BoxedUint::from(number)), root * root == number, "{number}");
        }
    }
}
