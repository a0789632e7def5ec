//! How much work a file may ask for before it opens. Whoever made the file has chosen it, so it is looked at before any is done.

use super::fault::Fault;

/// The most rounds of one derivation. (A fuzzer is after other things than to wait.)
const MOST_ROUNDS: u32 = if cfg!(fuzzing) { 100 } else { 1_000_000 };
/// The most rounds of all derivations of one file: MAC, certificates and two keys with the most each.
const MOST_ROUNDS_IN_ALL: u32 = 4 * MOST_ROUNDS;
/// The most memory of one scrypt derivation, in bytes.
const MOST_MEMORY: u64 = if cfg!(fuzzing) { 64 * 1024 } else { 64 * MIB };
/// How often one scrypt derivation may go over its memory.
const MOST_PASSES: u32 = 16;
/// scrypt's block size `r`, in units of 128 bytes: with `p` it is memory on top of the above.
const MOST_BLOCK_SIZE: u32 = 1024;
/// The most memory that all scrypt derivations of one file go over, in bytes: one with everything at its most.
const MOST_MEMORY_IN_ALL: u64 = 16 * MOST_MEMORY;

const MIB: u64 = 1024 * 1024;

/// A number of rounds that is not too large.
#[derive(Clone, Copy)]
pub(super) struct Rounds(u32);

impl Rounds {
    /// Reads an INTEGER's content.
    pub(super) fn read(integer: &[u8], budget: &mut Budget) -> Result<Self, Fault> {
        let rounds = number(integer)?;
        match u32::try_from(rounds) {
            Ok(rounds @ 1..=MOST_ROUNDS) => budget.spend_rounds(rounds).map(|()| Self(rounds)),
            Ok(0) => Err(Fault::Damaged),
            _ => Err(Fault::Work { asks: rounds_in_words(rounds), most: "1,000,000" }),
        }
    }

    /// How many.
    pub(super) const fn count(self) -> u32 {
        self.0
    }
}

/// scrypt's parameters (RFC 7914 section 2), none of them too large.
#[derive(Clone, Copy)]
pub(super) struct Cost(scrypt::Params);

impl Cost {
    /// Reads the contents of the INTEGERs N, r and p.
    pub(super) fn read([cost, block_size, passes]: [&[u8]; 3], budget: &mut Budget) -> Result<Self, Fault> {
        let [cost, block_size, passes] = [number(cost)?, number(block_size)?, number(passes)?];
        if !cost.is_power_of_two() || cost < 2 || block_size == 0 || passes == 0 {
            return Err(Fault::Damaged);
        }
        let memory = cost.saturating_mul(block_size).saturating_mul(128);
        if memory > MOST_MEMORY {
            let asks = format!("{} MiB of memory (scrypt)", memory.div_ceil(MIB));
            return Err(Fault::Work { asks, most: "64 MiB" });
        }
        if block_size > u64::from(MOST_BLOCK_SIZE) {
            return Err(Fault::Work {
                asks: format!("blocks of {} KiB (scrypt)", block_size.div_ceil(8)),
                most: "128 KiB",
            });
        }
        if passes > u64::from(MOST_PASSES) {
            return Err(Fault::Work { asks: format!("{passes} passes of scrypt"), most: "16" });
        }
        budget.spend_memory(memory.saturating_mul(passes))?;
        let parameters = || {
            let logarithm = u8::try_from(cost.ilog2()).ok()?;
            scrypt::Params::new(logarithm, u32::try_from(block_size).ok()?, u32::try_from(passes).ok()?).ok()
        };
        parameters().map(Self).ok_or(Fault::Damaged)
    }

    /// As scrypt takes them.
    pub(super) const fn parameters(&self) -> &scrypt::Params {
        &self.0
    }
}

/// What is left of the work that one file may ask for.
#[derive(Clone)]
pub(super) struct Budget {
    rounds: u32,
    memory: u64,
}

impl Budget {
    /// Before the first derivation.
    pub(super) const fn new() -> Self {
        Self { rounds: MOST_ROUNDS_IN_ALL, memory: MOST_MEMORY_IN_ALL }
    }

    fn spend_rounds(&mut self, rounds: u32) -> Result<(), Fault> {
        let asks =
            || rounds_in_words(u64::from(MOST_ROUNDS_IN_ALL - self.rounds) + u64::from(rounds)) + " or more in all";
        let left = self.rounds.checked_sub(rounds);
        self.rounds = left.ok_or_else(|| Fault::Work { asks: asks(), most: "4,000,000" })?;
        Ok(())
    }

    fn spend_memory(&mut self, memory: u64) -> Result<(), Fault> {
        let too_much = || Fault::Work { asks: "more than 1 GiB of memory in all (scrypt)".to_owned(), most: "1 GiB" };
        self.memory = self.memory.checked_sub(memory).ok_or_else(too_much)?;
        Ok(())
    }
}

/// A number that is not negative, at most 2⁶⁴−1 (X.690 section 8.3).
fn number(integer: &[u8]) -> Result<u64, Fault> {
    if integer.first().is_none_or(|first| *first > 0x7F) {
        return Err(Fault::Damaged);
    }
    Ok(integer.iter().fold(0, |sum: u64, byte| sum.saturating_mul(256).saturating_add(u64::from(*byte))))
}

/// "2,000,000 rounds of key derivation".
fn rounds_in_words(rounds: u64) -> String {
    let digits = rounds.to_string();
    let mut written = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written + " rounds of key derivation"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(fault: Fault) -> String {
        let Fault::Work { asks, .. } = fault else { panic!("{fault:?}") };
        asks
    }

    #[test]
    fn a_million_rounds_are_the_most() {
        let read = |integer: &[u8]| Rounds::read(integer, &mut Budget::new()).map(Rounds::count);
        assert_eq!(read(&[1]), Ok(1));
        assert_eq!(read(&[0x0F, 0x42, 0x40]), Ok(1_000_000));
        assert_eq!(asks(read(&[0x0F, 0x42, 0x41]).unwrap_err()), "1,000,001 rounds of key derivation");
        assert!(asks(read(&[0x7F; 200]).unwrap_err()).starts_with("18,446,744,073,709,551,615 "));
        for damaged in [&[][..], &[0], &[0xFF]] {
            assert_eq!(read(damaged), Err(Fault::Damaged));
        }
    }

    #[test]
    fn rounds_add_up() {
        let mut budget = Budget::new();
        for _ in 0..4 {
            assert!(Rounds::read(&[0x0F, 0x42, 0x40], &mut budget).is_ok());
        }
        let fault = Rounds::read(&[1], &mut budget).map(Rounds::count).unwrap_err();
        assert_eq!(asks(fault), "4,000,001 rounds of key derivation or more in all");
    }

    #[test]
    fn scrypt_has_64_mib() {
        let read = |parameters: [&[u8]; 3]| Cost::read(parameters, &mut Budget::new()).map(|_| ());
        assert_eq!(read([&[0x40, 0], &[8], &[1]]), Ok(()), "what OpenSSL writes");
        assert_eq!(read([&[1, 0, 0], &[8], &[16]]), Ok(()), "64 MiB, 16 times");
        assert_eq!(asks(read([&[2, 0, 0], &[8], &[1]]).unwrap_err()), "128 MiB of memory (scrypt)");
        assert_eq!(asks(read([&[1, 0, 0], &[9], &[1]]).unwrap_err()), "72 MiB of memory (scrypt)");
        assert_eq!(asks(read([&[0x40, 0], &[8], &[17]]).unwrap_err()), "17 passes of scrypt");
        assert_eq!(asks(read([&[2], &[4, 1], &[1]]).unwrap_err()), "blocks of 129 KiB (scrypt)");
        assert!(read([&[0x40, 0, 0, 0, 0, 0, 0, 0], &[0x7F; 8], &[0x7F; 8]]).is_err());
        for damaged in
            [[&[3][..], &[8], &[1]], [&[0], &[8], &[1]], [&[1], &[8], &[1]], [&[2], &[0], &[1]], [&[2], &[8], &[0]]]
        {
            assert_eq!(read(damaged), Err(Fault::Damaged));
        }
    }

    #[test]
    fn scrypt_adds_up() {
        let mut budget = Budget::new();
        assert!(Cost::read([&[1, 0, 0], &[8], &[16]], &mut budget).is_ok());
        assert!(Cost::read([&[2], &[1], &[1]], &mut budget).is_err());
    }
}
