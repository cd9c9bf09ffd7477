//! The order of the items within their rows, with few crossings.

use super::Frame;

/// How many times the rows are swept.
const SWEEPS: usize = 24;
/// Past this many items, fewer sweeps are made and neighbours are not swapped one by one.
const ITEMS_MANY: usize = 4_000;

/// Orders every row: sweeps by the mean place of neighbours, then swaps neighbours while that helps; the best order wins.
pub(super) fn order(frame: &mut Frame) {
    start(frame);
    let many = frame.items.len() > ITEMS_MANY;
    let mut places = places(frame);
    let mut best = (crossings(frame, &places), frame.rows.clone());
    let mut idle = 0;
    for sweep in 0..if many { 6 } else { SWEEPS } {
        if best.0 == 0 || idle > 5 {
            break;
        }
        let rows: Vec<usize> = if sweep % 2 == 0 {
            (1..frame.rows.len()).collect()
        } else {
            (0..frame.rows.len().saturating_sub(1)).rev().collect()
        };
        for row in rows {
            sort_row(frame, row, sweep % 2 == 0, &mut places);
        }
        if !many {
            swap_neighbours(frame, &mut places);
        }
        let now = crossings(frame, &places);
        if now < best.0 {
            best = (now, frame.rows.clone());
            idle = 0;
        } else {
            idle += 1;
        }
    }
    frame.rows = best.1;
}

/// A first order: a walk down from the upper rows, so that what hangs together starts side by side.
fn start(frame: &mut Frame) {
    let mut seen = vec![false; frame.items.len()];
    let mut rows = vec![Vec::new(); frame.rows.len()];
    let firsts: Vec<usize> = frame.rows.iter().flatten().copied().collect();
    for first in firsts {
        let mut stack = vec![first];
        while let Some(item) = stack.pop() {
            if seen[item] {
                continue;
            }
            seen[item] = true;
            rows[frame.items[item].row].push(item);
            stack.extend(frame.items[item].below.iter().rev());
        }
    }
    frame.rows = rows;
}

/// The place of every item within its row.
fn places(frame: &Frame) -> Vec<usize> {
    let mut places = vec![0; frame.items.len()];
    for row in &frame.rows {
        for (place, &item) in row.iter().enumerate() {
            places[item] = place;
        }
    }
    places
}

/// Sorts a row by the mean place of each item's neighbours above (or below); items without any keep their place.
fn sort_row(frame: &mut Frame, row: usize, by_above: bool, places: &mut [usize]) {
    #[expect(clippy::cast_precision_loss, reason = "places are small")]
    let key = |item: usize| {
        let item_ref = &frame.items[item];
        let neighbours = if by_above { &item_ref.above } else { &item_ref.below };
        if neighbours.is_empty() {
            return None;
        }
        let sum: usize = neighbours.iter().map(|n| places[*n]).sum();
        Some(sum as f64 / neighbours.len() as f64)
    };
    let mut keyed: Vec<(f64, usize)> = Vec::new();
    let mut fixed: Vec<(usize, usize)> = Vec::new();
    for (place, &item) in frame.rows[row].iter().enumerate() {
        match key(item) {
            Some(key) => keyed.push((key, item)),
            None => fixed.push((place, item)),
        }
    }
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sorted: Vec<usize> = keyed.into_iter().map(|(_, item)| item).collect();
    for (place, item) in fixed {
        sorted.insert(place.min(sorted.len()), item);
    }
    for (place, &item) in sorted.iter().enumerate() {
        places[item] = place;
    }
    frame.rows[row] = sorted;
}

/// Swaps neighbours within rows as long as that removes crossings.
fn swap_neighbours(frame: &mut Frame, places: &mut [usize]) {
    for _ in 0..4 {
        let mut improved = false;
        for row in 0..frame.rows.len() {
            for left in 0..frame.rows[row].len().saturating_sub(1) {
                let (a, b) = (frame.rows[row][left], frame.rows[row][left + 1]);
                let pair = |x: &[usize], y: &[usize]| pair_crossings(x, y, places);
                let (a_ref, b_ref) = (&frame.items[a], &frame.items[b]);
                let now = pair(&a_ref.above, &b_ref.above) + pair(&a_ref.below, &b_ref.below);
                let then = pair(&b_ref.above, &a_ref.above) + pair(&b_ref.below, &a_ref.below);
                if then < now {
                    frame.rows[row].swap(left, left + 1);
                    (places[a], places[b]) = (left + 1, left);
                    improved = true;
                }
            }
        }
        if !improved {
            return;
        }
    }
}

/// How many edges cross between an item and the one right of it, given their neighbours in one row.
fn pair_crossings(left: &[usize], right: &[usize], places: &[usize]) -> usize {
    let crosses = |l: &usize| right.iter().filter(|r| places[**r] < places[*l]).count();
    left.iter().map(crosses).sum()
}

/// How many edges cross in the whole frame.
///
/// Cost: for each pair of rows, edges times the logarithm of the row's length.
fn crossings(frame: &Frame, places: &[usize]) -> usize {
    let mut total = 0;
    for row in &frame.rows {
        let mut lower: Vec<usize> = Vec::new();
        for &item in row {
            let mut ends: Vec<usize> =
                frame.items[item].below.iter().map(|below| places[*below]).collect();
            ends.sort_unstable();
            lower.extend(ends);
        }
        total += inversions(&lower);
    }
    total
}

/// How many pairs stand in the wrong order.
fn inversions(values: &[usize]) -> usize {
    let size = values.iter().max().map_or(0, |max| max + 1);
    let mut tree = vec![0usize; size + 1];
    let mut total = 0;
    for (seen, &value) in values.iter().enumerate() {
        let mut at_most = 0;
        let mut at = value + 1;
        while at > 0 {
            at_most += tree[at];
            at &= at - 1;
        }
        total += seen - at_most;
        at = value + 1;
        while at <= size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::inversions;

    #[test]
    fn inversions_count_pairs_out_of_order() {
        assert_eq!(inversions(&[0, 1, 1, 2]), 0);
        assert_eq!(inversions(&[2, 1, 0]), 3);
        assert_eq!(inversions(&[1, 3, 0, 2, 0]), 6);
        assert_eq!(inversions(&[]), 0);
    }
}
