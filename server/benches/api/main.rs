//! What the REST API costs over bare axum and sqlx: lists of 50 certificates, at 100 and at 100,000, and uploads; and what the
//! page of the certificates asks for, in several orders, filtered and searched.
//!
//! Both servers are in this process, on the same database file, and are asked by the same connections in turns; so the numbers are worth
//! something against each other only. Run by `make bench`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "no part of the program"
)]

mod bare;
mod load;
mod setting;

use std::fmt::Write as _;

use app::service::{ListFilter, ListQuery, ListSort};
use load::Load;
use setting::Setting;

/// Bounds that are to hold.
const LEAST_SHARE: f64 = 0.8;
const MOST_P99_GROWTH: f64 = 2.0;
const MOST_LAST_PAGE: f64 = 3.0;
const MOST_MEMORY: u64 = 100;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let is_good = runtime.block_on(run());
    std::process::exit(i32::from(!is_good));
}

async fn run() -> bool {
    let mut bounds = Vec::new();
    let few = measure(100).await;
    // Before 100,000 rows were made in this process.
    let memory = setting::resident_megabytes();
    let many = measure(100_000).await;
    for lists in [&few, &many] {
        bounds.push(bound(
            format!("{} certificates: share of the bare handler's requests", lists.rows),
            lists.first.per_second / lists.bare.per_second,
            LEAST_SHARE,
            true,
        ));
    }
    bounds.push(bound("p99 at 100,000 against 100".to_owned(), many.first.p99 / few.first.p99, MOST_P99_GROWTH, false));
    for (few, many) in few.pages.iter().zip(&many.pages) {
        let what = format!("page {}, p99 at 100,000 against 100", few.0);
        bounds.push(bound(what, many.1.p99 / few.1.p99, MOST_P99_GROWTH, false));
    }
    bounds.push(bound("last page against the first".to_owned(), many.last.p50 / many.first.p50, MOST_LAST_PAGE, false));
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    bounds.push(bound("resident memory in MB".to_owned(), memory as f64, MOST_MEMORY as f64, false));
    let uploads = setting::uploads().await;
    println!(
        "\n{} requests. {uploads}\n\n{}",
        few.asked() + many.asked(),
        bounds.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n")
    );
    bounds.iter().all(|(_, holds)| *holds)
}

struct Lists {
    rows: u32,
    bare: Load,
    first: Load,
    last: Load,
    pages: Vec<(&'static str, Load)>,
}

impl Lists {
    fn asked(&self) -> u64 {
        [&self.bare, &self.first, &self.last]
            .into_iter()
            .chain(self.pages.iter().map(|(_, page)| page))
            .map(|load| load.asked)
            .sum()
    }
}

/// What people ask the page for.
fn queries(rows: u32) -> [(&'static str, ListQuery); 6] {
    let all = ListQuery { page: 1, ..ListQuery::default() };
    [
        ("as it opens", all.clone()),
        ("by name, from the last", ListQuery { sort: ListSort::parse("-name"), ..all.clone() }),
        ("of those that are unused", ListQuery { filter: ListFilter::Unused, ..all.clone() }),
        ("searched for one", ListQuery { search: format!("example{}", rows - 23), ..all.clone() }),
        // Eleven of them: "5" and "50" to "59", or "5000" and "50000" to "50009".
        ("searched for what few have", ListQuery { search: format!("example{}", rows / 20), ..all.clone() }),
        ("searched for what all have", ListQuery { search: "client-0".to_owned(), ..all }),
    ]
}

async fn measure(rows: u32) -> Lists {
    let setting = Setting::with(rows).await;
    let last_page = rows / 50;
    let mut pages = Vec::new();
    for (what, query) in queries(rows) {
        let [page] = load::best_of_each([&setting.page(&query)]).await;
        pages.push((what, page));
    }
    let [bare, first, last] =
        load::best_of_each([&setting.bare_list(), &setting.list(1), &setting.list(last_page)]).await;
    let lists = Lists { rows, bare, first, last, pages };
    let mut table = format!("\n{rows} certificates, lists of 50     requests/s   p50 ms   p99 ms\n");
    for (name, load) in
        [("bare handler", &lists.bare), ("Signet, first page", &lists.first), ("Signet, last page", &lists.last)]
    {
        let _ = writeln!(table, "  {name:<32} {:>8.0} {:>8.2} {:>8.2}", load.per_second, load.p50, load.p99);
    }
    for (what, load) in &lists.pages {
        let name = format!("page {what}");
        let _ = writeln!(table, "  {name:<32} {:>8.0} {:>8.2} {:>8.2}", load.per_second, load.p50, load.p99);
    }
    print!("{table}");
    lists
}

fn bound(what: String, is: f64, to_be: f64, at_least: bool) -> (String, bool) {
    let holds = if at_least { is >= to_be } else { is <= to_be };
    let words = if at_least { "at least" } else { "at most" };
    let verdict = if holds { "holds" } else { "DOES NOT HOLD" };
    (format!("{what}: {is:.2}, {words} {to_be} ({verdict})"), holds)
}
