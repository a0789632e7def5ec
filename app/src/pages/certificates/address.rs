//! Search, filter, order and page in the page's address, and back.

use leptos_router::params::ParamsMap;

use crate::pages::CERTIFICATES;
use crate::pages::address::with_query;
use crate::service::{ListFilter, ListQuery, ListSort};

/// What an address asks for.
pub fn read(query: &ParamsMap) -> ListQuery {
    let text = |name: &str| query.get(name).unwrap_or_default();
    ListQuery {
        page: text("page").parse().unwrap_or(1).max(1),
        search: text("q"),
        filter: ListFilter::parse(&text("filter")),
        sort: ListSort::parse(&text("sort")),
    }
}

/// The address of this part of the list.
pub fn of(query: &ListQuery) -> String {
    let page = if query.page > 1 { query.page.to_string() } else { String::new() };
    let sort = sort(query.sort);
    let pairs = [("q", query.search.as_str()), ("filter", query.filter.as_str()), ("sort", &sort), ("page", &page)];
    with_query(CERTIFICATES, pairs)
}

/// The address of a certificate's own page.
pub fn of_certificate(id: &str) -> String {
    format!("{CERTIFICATES}/{id}")
}

/// The order as it stands in an address; empty for the usual one.
pub fn sort(sort: ListSort) -> String {
    if sort == ListSort::default() { String::new() } else { sort.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::SortBy;

    #[test]
    fn addresses_say_only_what_is_not_usual_and_are_read_again() {
        assert_eq!(of(&ListQuery { page: 1, ..ListQuery::default() }), CERTIFICATES);
        let query = ListQuery {
            page: 3,
            search: "Bank & Söhne".to_owned(),
            filter: ListFilter::Expiring,
            sort: ListSort { by: SortBy::Name, descending: true },
        };
        let address = of(&query);
        assert_eq!(address, format!("{CERTIFICATES}?q=Bank%20%26%20S%C3%B6hne&filter=expiring&sort=-name&page=3"));
        let params = [("q", "Bank & Söhne"), ("filter", "expiring"), ("sort", "-name"), ("page", "3")];
        assert_eq!(read(&params.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()), query);
        assert_eq!(read(&ParamsMap::new()), ListQuery { page: 1, ..ListQuery::default() });
    }
}
