//! Chance that repeats: numbers that follow from a rule's seed and the number of a call.

/// A number from 0 up to 1 for the `call`th call. Each `stream` has numbers of its own.
pub(super) fn unit(seed: u64, call: u64, stream: u64) -> f64 {
    let mixed = mix(mix(mix(seed) ^ call) ^ stream);
    // 53 bits are all that a number of this type has room for.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    let number = (mixed >> 11) as f64;
    number / 9_007_199_254_740_992.0
}

/// The finaliser of SplitMix64: each bit of what goes in changes half of what comes out.
const fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_repeats_and_is_spread_evenly() {
        let draw = |seed, stream| (1..=10_000).map(|call| unit(seed, call, stream)).collect::<Vec<_>>();
        let (one, other, stream) = (draw(1, 0), draw(2, 0), draw(1, 1));
        assert_eq!(one, draw(1, 0));
        for draws in [&one, &other, &stream] {
            assert!(draws.iter().all(|number| (0.0..1.0).contains(number)));
            let mean = draws.iter().sum::<f64>() / 10_000.0;
            assert!((0.48..0.52).contains(&mean), "{mean}");
        }
        let together = one.iter().zip(&other).filter(|(a, b)| **a < 0.1 && **b < 0.1).count();
        assert!((50..200).contains(&together), "{together} of 100 are expected where seeds know nothing of each other");
    }
}
