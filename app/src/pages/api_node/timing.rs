use leptos::prelude::*;

use crate::api_node::Timing;
use crate::words::calls;

/// Units of the bar, and of the gap between two parts.
const WIDTH: f64 = 1000.0;
const GAP: f64 = 4.0;
/// What is too short to be seen is drawn as wide as this.
const LEAST: f64 = 6.0;

/// How long each part of a call took, as one bar.
#[component]
pub fn TimingBar(timing: Timing) -> impl IntoView {
    let parts: Vec<(&'static str, &'static str, f64)> = [
        ("t1", "DNS", timing.lookup),
        ("t2", "Connect", timing.connect),
        ("t3", "TLS", timing.handshake),
        ("t4", "Answer", timing.first_byte),
    ]
    .into_iter()
    .filter_map(|(class, label, took)| Some((class, label, took?)))
    .collect();
    if parts.is_empty() {
        return ().into_any();
    }
    let said: Vec<String> =
        parts.iter().map(|(_, label, took)| format!("{label} {}", calls::duration(*took))).collect();
    let legend = parts
        .iter()
        .zip(&said)
        .map(|((class, _, _), said)| {
            view! {
                <li>
                    <i class=*class></i>
                    {said.clone()}
                </li>
            }
        })
        .collect_view();
    let rectangles = rectangles(&parts)
        .into_iter()
        .map(|(class, x, width)| view! { <rect class=class x=x width=width y="0" height="8" rx="2"></rect> })
        .collect_view();
    view! {
        <div class="stack-small">
            <svg
                class="timing"
                viewBox="0 0 1000 8"
                preserveAspectRatio="none"
                role="img"
                aria-label=format!("Time: {}", said.join(", "))
            >
                {rectangles}
            </svg>
            <ul class="legend">{legend}</ul>
        </div>
    }
    .into_any()
}

/// Class, place and width of each part.
fn rectangles(parts: &[(&'static str, &'static str, f64)]) -> Vec<(&'static str, String, String)> {
    let gaps = GAP * parts.iter().skip(1).map(|_| 1.0).sum::<f64>();
    let least = LEAST * parts.iter().map(|_| 1.0).sum::<f64>();
    let total: f64 = parts.iter().map(|(_, _, took)| took.max(0.0)).sum::<f64>().max(f64::MIN_POSITIVE);
    let mut x = 0.0;
    parts
        .iter()
        .map(|(class, _, took)| {
            let width = LEAST + (WIDTH - gaps - least) * took.max(0.0) / total;
            let drawn = (*class, format!("{x:.1}"), format!("{width:.1}"));
            x += width + GAP;
            drawn
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_bar() {
        let drawn = rectangles(&[("t1", "DNS", 10.0), ("t2", "Connect", 0.0), ("t3", "TLS", 30.0)]);
        assert_eq!(drawn[0], ("t1", "0.0".to_owned(), "249.5".to_owned()));
        assert_eq!(drawn[1].2, "6.0");
        let (x, width): (f64, f64) = (drawn[2].1.parse().unwrap(), drawn[2].2.parse().unwrap());
        assert!((x + width - WIDTH).abs() < 0.2);
    }
}
