//! Where items stand across their rows: near their neighbours, in order, never overlapping.

use super::{Chain, Frame, Item};

/// The room between two boxes.
const BOX_GAP: f64 = 26.0;
/// The room between an edge and a box, or a label and another.
const EDGE_GAP: f64 = 12.0;
/// The room between two edges that run side by side.
const BEND_GAP: f64 = 9.0;

/// How many times rows are drawn towards their neighbours.
const ROUNDS: usize = 40;
/// The same for very large pictures.
const ROUNDS_MANY: usize = 10;
/// Past this many items a picture is very large.
const ITEMS_MANY: usize = 4_000;

/// The place of every item across its row; the leftmost item touches zero.
pub(super) fn across(frame: &Frame) -> Vec<f64> {
    let mut at = packed(frame);
    let rounds = if frame.items.len() > ITEMS_MANY { ROUNDS_MANY } else { ROUNDS };
    let rows = frame.rows.len();
    for round in 0..rounds {
        // First towards one side only, which carries places through the picture; then towards both, which balances.
        let sides = match (round < rounds / 2, round % 2) {
            (true, 0) => (1.0, 0.0),
            (true, _) => (0.0, 1.0),
            (false, _) => (1.0, 1.0),
        };
        if round % 2 == 0 {
            (0..rows).for_each(|row| settle(frame, row, sides, &mut at));
        } else {
            (0..rows).rev().for_each(|row| settle(frame, row, sides, &mut at));
        }
    }
    let mut places = vec![0; frame.items.len()];
    for row in &frame.rows {
        row.iter().enumerate().for_each(|(place, item)| places[*item] = place);
    }
    for _ in 0..3 {
        for chain in &frame.chains {
            straighten(frame, chain, &places, &mut at);
        }
    }
    let lefts = frame.items.iter().zip(&at).map(|(item, x)| x - item.left);
    let left = lefts.fold(f64::INFINITY, f64::min);
    at.iter_mut().for_each(|x| *x -= left);
    at
}

/// Every row pushed together to the left.
fn packed(frame: &Frame) -> Vec<f64> {
    let mut at = vec![0.0; frame.items.len()];
    for row in &frame.rows {
        for pair in row.windows(2) {
            at[pair[1]] = at[pair[0]] + apart(&frame.items[pair[0]], &frame.items[pair[1]]);
        }
    }
    at
}

/// How far the places of two neighbours in a row must be apart.
fn apart(left: &Item, right: &Item) -> f64 {
    let is_bend = |item: &Item| item.node.is_none() && !item.is_label;
    let gap = match (left.node.is_some(), right.node.is_some()) {
        (true, true) => BOX_GAP,
        (false, false) if is_bend(left) && is_bend(right) => BEND_GAP,
        _ => EDGE_GAP,
    };
    left.right + gap + right.left
}

/// How strongly the joined items draw each other: bends of one edge most, so that long edges run straight, and an only edge more
/// than one of many, so that the many bend and the only one does not.
fn pull(a: &Item, b: &Item, only: bool) -> f64 {
    match (a.node.is_some(), b.node.is_some(), only) {
        (false, false, _) => 8.0,
        (_, _, true) => 6.0,
        (_, _, false) => 1.5,
    }
}

/// Moves the items of one row as near to where their neighbours draw them as their order and sizes allow.
fn settle(frame: &Frame, row: usize, sides: (f64, f64), at: &mut [f64]) {
    let items = &frame.rows[row];
    let mut wishes = Vec::with_capacity(items.len());
    for &index in items {
        let item = &frame.items[index];
        let (mut sum, mut weight) = (0.0, 0.0);
        for (neighbours, side) in [(&item.above, sides.0), (&item.below, sides.1)] {
            for &other in neighbours {
                let pull = side * pull(item, &frame.items[other], is_only(frame, index, other));
                sum += pull * at[other];
                weight += pull;
            }
        }
        // What nothing draws stays where it is, but gives way.
        wishes.push(if weight > 0.0 { (sum / weight, weight) } else { (at[index], 0.05) });
    }
    let gaps: Vec<f64> =
        items.windows(2).map(|pair| apart(&frame.items[pair[0]], &frame.items[pair[1]])).collect();
    for (&index, x) in items.iter().zip(spread(&wishes, &gaps)) {
        at[index] = x;
    }
}

/// The places nearest to the wishes (place, weight) by least squares, in order and at least the gaps apart.
///
/// Source: pooling of adjacent violators, after the gaps are taken out.
pub(super) fn spread(wishes: &[(f64, f64)], gaps: &[f64]) -> Vec<f64> {
    let mut offsets = vec![0.0];
    let mut offset = 0.0;
    for gap in gaps {
        offset += gap;
        offsets.push(offset);
    }
    // Each pool: weighted sum of wishes, weight, how many items.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for ((wish, weight), offset) in wishes.iter().zip(&offsets) {
        pools.push(((wish - offset) * weight, *weight, 1));
        while let [.., left, right] = pools.as_slice() {
            if left.0 / left.1 <= right.0 / right.1 {
                break;
            }
            let merged = (left.0 + right.0, left.1 + right.1, left.2 + right.2);
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    let places = pools.iter().flat_map(|pool| std::iter::repeat_n(pool.0 / pool.1, pool.2));
    places.zip(&offsets).map(|(place, offset)| place + offset).collect()
}

/// Whether, of two joined items in neighbouring rows, one is a node that has no other edge on that side.
fn is_only(frame: &Frame, a: usize, b: usize) -> bool {
    let (upper, lower) = if frame.items[a].row < frame.items[b].row { (a, b) } else { (b, a) };
    let (above, below) = (&frame.items[upper], &frame.items[lower]);
    (above.node.is_some() && above.below.len() == 1)
        || (below.node.is_some() && below.above.len() == 1)
}

/// Puts as many bends of one edge as possible on one line, starting anew where their neighbours leave no room for it.
fn straighten(frame: &Frame, chain: &Chain, places: &[usize], at: &mut [f64]) {
    let [upper, bends @ .., lower] = chain.items.as_slice() else { return };
    let mut from = 0;
    while from < bends.len() {
        let mut room = (f64::NEG_INFINITY, f64::INFINITY);
        let mut to = from;
        while let Some(&bend) = bends.get(to) {
            let Some(both) = meet(room, room_of(frame, bend, places, at)) else { break };
            room = both;
            to += 1;
        }
        if to == from {
            // Rounding left this bend no room at all; it stays.
            from += 1;
            continue;
        }
        for (end, touches) in [(*upper, from == 0), (*lower, to == bends.len())] {
            if touches {
                room = narrowed(frame, end, end == *upper, room, at);
            }
        }
        let run = &bends[from..to];
        #[expect(clippy::cast_precision_loss, reason = "rows are few")]
        let mean = run.iter().map(|bend| at[*bend]).sum::<f64>() / run.len() as f64;
        let line = mean.max(room.0).min(room.1);
        run.iter().for_each(|bend| at[*bend] = line);
        from = to;
    }
}

/// Where an item can stand between its neighbours.
fn room_of(frame: &Frame, item: usize, places: &[usize], at: &[f64]) -> (f64, f64) {
    let row = &frame.rows[frame.items[item].row];
    let left = places[item].checked_sub(1).and_then(|place| row.get(place));
    let right = row.get(places[item] + 1);
    let low = left.map(|left| at[*left] + apart(&frame.items[*left], &frame.items[item]));
    let high = right.map(|right| at[*right] - apart(&frame.items[item], &frame.items[*right]));
    (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY))
}

/// What two ranges share.
fn meet(a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
    let both = (a.0.max(b.0), a.1.min(b.1));
    (both.0 <= both.1).then_some(both)
}

/// The part of a range that lies before a node, so that the edge needs no bend there: its middle where this is its only edge on
/// that side. The whole range where no part does.
fn narrowed(frame: &Frame, node: usize, below: bool, room: (f64, f64), at: &[f64]) -> (f64, f64) {
    let item = &frame.items[node];
    let edges = if below { item.below.len() } else { item.above.len() };
    let half = if edges == 1 { 0.0 } else { item.left * 0.6 };
    let whole = meet(room, (at[node] - half, at[node] + half));
    whole
        .or_else(|| meet(room, (at[node] - item.left * 0.6, at[node] + item.left * 0.6)))
        .unwrap_or(room)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn wishes_that_collide_share_the_middle() {
        let places = spread(&[(10.0, 1.0), (10.0, 1.0), (50.0, 1.0)], &[4.0, 4.0]);
        assert_eq!(places, [8.0, 12.0, 50.0]);
        assert_eq!(spread(&[(5.0, 1.0), (0.0, 3.0)], &[1.0]), [0.5, 1.5]);
        assert!(spread(&[], &[]).is_empty());
    }
}
