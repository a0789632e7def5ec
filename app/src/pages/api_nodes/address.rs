//! Search, filter and page in the page's address, and back.

use leptos_router::params::ParamsMap;

use crate::pages::API_NODES;
use crate::pages::address::with_query;
use crate::service::{NodeQuery, NodeShow};

/// What an address asks for.
pub fn read(query: &ParamsMap) -> NodeQuery {
    let text = |name: &str| query.get(name).unwrap_or_default();
    NodeQuery {
        page: text("page").parse().unwrap_or(1).max(1),
        search: text("q"),
        show: NodeShow::parse(&text("filter")),
    }
}

/// The address of this part of the list.
pub fn of(query: &NodeQuery) -> String {
    let page = if query.page > 1 { query.page.to_string() } else { String::new() };
    with_query(API_NODES, [("q", query.search.as_str()), ("filter", query.show.as_str()), ("page", &page)])
}

/// The address of a node.
pub fn of_node(id: &str) -> String {
    format!("{API_NODES}/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_only_what_is_not_usual_and_are_read_again() {
        assert_eq!(of(&NodeQuery { page: 1, ..NodeQuery::default() }), API_NODES);
        let query = NodeQuery { page: 2, search: "bank & co".to_owned(), show: NodeShow::Failing };
        assert_eq!(of(&query), format!("{API_NODES}?q=bank%20%26%20co&filter=failing&page=2"));
        let params = [("q", "bank & co"), ("filter", "failing"), ("page", "2")];
        assert_eq!(read(&params.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()), query);
        assert_eq!(read(&ParamsMap::new()), NodeQuery { page: 1, ..NodeQuery::default() });
    }
}
