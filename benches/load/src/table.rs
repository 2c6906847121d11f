//! Medians and ratios of many lines of results, as a table in Markdown. Must not know how they were measured.

use crate::row::Row;
use std::fmt::Write as _;

/// The table of these rows. Repetitions stand for one line with the median of each column. The ratios are medians, over the
/// repetitions, of requests a second beside those in the same repetition with as many connections: of the server named `base`,
/// whatever it did, and of the one named `limit` at the same work. Where both are one server, the second ratio stands alone.
///
/// Rows must be in the order in which they were measured: the n-th row of a server, work and number of connections is of the
/// n-th repetition.
pub fn table(rows: &[Row], base: &str, limit: &str) -> String {
    let mut lines: Vec<(&str, &str, u32)> = Vec::new();
    for row in rows {
        let key = key(row);
        if !lines.contains(&key) {
            lines.push(key);
        }
    }
    // Stable: works keep the order in which they were measured, each with its connections from few to many.
    let place = |work: &str| lines.iter().position(|line| line.1 == work);
    let mut ordered = lines.clone();
    ordered.sort_by_key(|line| (place(line.1), line.2, line.0 != base));
    let one = base == limit;
    let (beside_base, rule) = if one { (String::new(), "") } else { (format!(" / {base} |"), " ---: |") };
    let mut text = format!(
        "| work | server | connections | req/s |{beside_base} / {limit} | p50 ms | p99 ms | p99.9 ms | server us/req | errors | wrong |\n\
         | --- | --- | ---: | ---: |{rule} ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for line in ordered {
        let of_line: Vec<&Row> = rows.iter().filter(|row| key(row) == line).collect();
        let of_base: Vec<&Row> = rows.iter().filter(|row| row.server == base && row.conns == line.2).collect();
        let of_limit: Vec<&Row> =
            rows.iter().filter(|row| row.server == limit && row.work == line.1 && row.conns == line.2).collect();
        let beside = |others: &[&Row]| {
            let ratio = median(of_line.iter().zip(others).map(|(row, other)| row.rps / other.rps));
            if ratio.is_nan() { "–".to_owned() } else { format!("{ratio:.2}") }
        };
        let median_of = |column: fn(&Row) -> f64| median(of_line.iter().map(|row| column(row)));
        let sum_of = |column: fn(&Row) -> u32| of_line.iter().map(|row| column(row)).sum::<u32>();
        let (server, work, conns) = line;
        let beside_base = if one { String::new() } else { format!(" {} |", beside(&of_base)) };
        let _ = writeln!(
            text, // a String takes everything
            "| {work} | {server} | {conns} | {:.0} |{beside_base} {} | {:.2} | {:.2} | {:.2} | {:.0} | {} | {} |",
            median_of(|row| row.rps),
            beside(&of_limit),
            median_of(|row| f64::from(row.p50) / 1000.0),
            median_of(|row| f64::from(row.p99) / 1000.0),
            median_of(|row| f64::from(row.p999) / 1000.0),
            median_of(|row| row.srv_us),
            sum_of(|row| row.errors),
            sum_of(|row| row.wrong),
        );
    }
    text
}

fn key(row: &Row) -> (&str, &str, u32) {
    (&row.server, &row.work, row.conns)
}

/// The middle value, or the mean of the two in the middle; NaN for none.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut ordered: Vec<f64> = values.collect();
    ordered.sort_by(f64::total_cmp);
    let middle = ordered.len() / 2;
    match ordered.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => ordered[middle],
        _ => f64::midpoint(ordered[middle - 1], ordered[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::tests::row;

    #[test]
    fn a_ratio_is_of_one_repetition_and_not_of_medians() {
        // The machine was twice as fast in the second repetition, and slow in the third: the ratio stayed.
        let rows: Vec<Row> = [(1000.0, 500.0), (2000.0, 1000.0), (600.0, 240.0)]
            .into_iter()
            .flat_map(|(floor, server)| {
                let limit = server * 1.25;
                [
                    row("floor", "CartGet", 16, floor),
                    row("limit", "CartGet", 16, limit),
                    row("limit", "CartCreate", 16, limit / 2.0),
                    row("server", "CartGet", 16, server),
                ]
            })
            .collect();
        let table = table(&rows, "floor", "limit");
        assert!(table.contains("| CartGet | floor | 16 | 1000 | 1.00 | 1.60 |"), "{table}");
        assert!(table.contains("| CartGet | server | 16 | 500 | 0.50 | 0.80 |"), "{table}");
        assert!(table.contains("| CartCreate | limit | 16 | 312 | 0.31 | 1.00 |"), "{table}");
    }

    #[test]
    fn a_server_that_is_both_is_beside_itself_once() {
        let table = table(&[row("few", "CartGet", 16, 1000.0), row("many", "CartGet", 16, 900.0)], "few", "few");
        assert!(table.contains("| CartGet | many | 16 | 900 | 0.90 | 0.00 |"), "{table}");
        assert!(table.contains("| req/s | / few | p50 ms |"), "{table}");
    }

    #[test]
    fn what_has_nothing_beside_it_has_no_ratio() {
        let table = table(&[row("bare loop", "group commits", 16, 1000.0)], "floor", "limit");
        assert!(table.contains("| group commits | bare loop | 16 | 1000 | – | – |"), "{table}");
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        assert!((median([4.0, 1.0, 3.0, 2.0].into_iter()) - 2.5).abs() < 1e-9);
        assert!(median(std::iter::empty()).is_nan());
    }
}
