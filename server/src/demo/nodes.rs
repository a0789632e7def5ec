//! Which API nodes the demo has: those of the prototype's list.

use app::api_node::{Chosen, Draft, DraftHeader, Mtls};
use app::service::Secret;

/// A node to be made.
struct Sample {
    /// The certificate after whose upload it is made.
    after: &'static str,
    name: &'static str,
    method: &'static str,
    url: &'static str,
    uses: Uses,
    body: &'static str,
}

/// Which certificate a node identifies itself with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Uses {
    /// None: its mTLS is off.
    Nothing,
    /// The primary of the moment.
    Primary,
    /// The one after whose upload it is made.
    It,
}

const ALL: [Sample; 9] = [
    Sample {
        after: "Card acquirer",
        name: "Payments › Charge card",
        method: "POST",
        url: "https://api.acquirer.example/v2/charges",
        uses: Uses::It,
        body: "{\n  \"amount\": {{order.amount}},\n  \"card\": \"{{card.token}}\"\n}",
    },
    Sample {
        after: "Bank prod",
        name: "Payouts › Create transfer",
        method: "POST",
        url: "https://api.bank.example/v1/transfers",
        uses: Uses::Primary,
        body: "{\n  \"amount\": {{order.amount}},\n  \"currency\": \"EUR\",\n  \"iban\": \"{{payee.iban}}\"\n}",
    },
    Sample {
        after: "Bank prod",
        name: "Payouts › Transfer status",
        method: "GET",
        url: "https://api.bank.example/v1/transfers/{{transfer.id}}",
        uses: Uses::Primary,
        body: "",
    },
    Sample {
        after: "Clearing gateway",
        name: "Clearing › Submit file",
        method: "PUT",
        url: "https://gw.interclear.example/in",
        uses: Uses::It,
        body: "{{file}}",
    },
    Sample {
        after: "Tax office filing",
        name: "Tax › File return",
        method: "POST",
        url: "https://filing.tax.example/v4/returns",
        uses: Uses::It,
        body: "{\"year\": {{year}}}",
    },
    Sample {
        after: "Supplier EDI",
        name: "Suppliers › Send order",
        method: "POST",
        url: "https://edi.tradelink.example/orders",
        uses: Uses::It,
        body: "<order id=\"{{order.id}}\">\n  <sku>{{item.sku}}</sku>\n</order>",
    },
    Sample {
        after: "Courier labels",
        name: "Shipping › Print label",
        method: "POST",
        url: "https://api.swiftparcel.example/labels",
        uses: Uses::It,
        body: "{\"parcel\": \"{{parcel.id}}\"}",
    },
    Sample {
        after: "Warehouse mesh",
        name: "Warehouse › Stock levels",
        method: "GET",
        url: "https://stock.warehouse.example/levels?sku={{item.sku}}",
        uses: Uses::It,
        body: "",
    },
    Sample {
        after: "Bank prod",
        name: "Catalogue › Exchange rates",
        method: "GET",
        url: "https://rates.example/latest",
        uses: Uses::Nothing,
        body: "",
    },
];

/// Names and drafts of the nodes that are made after this certificate, which has this id.
pub(super) fn with(certificate: &str, id: &str) -> Vec<(&'static str, Draft)> {
    ALL.iter().filter(|sample| sample.after == certificate).map(|sample| (sample.name, sample.draft(id))).collect()
}

impl Sample {
    fn draft(&self, certificate_id: &str) -> Draft {
        let certificate = match self.uses {
            Uses::It => Chosen::Pinned(certificate_id.to_owned()),
            Uses::Nothing | Uses::Primary => Chosen::Primary,
        };
        Draft {
            name: self.name.to_owned(),
            method: self.method.to_owned(),
            url: self.url.to_owned(),
            headers: self.headers(),
            body: self.body.to_owned(),
            mtls: Mtls { enabled: self.uses != Uses::Nothing, certificate },
            ..Draft::default()
        }
    }

    fn headers(&self) -> Vec<DraftHeader> {
        let plain = |name: &str, value: &str| DraftHeader {
            name: name.to_owned(),
            value: Some(Secret::from(value.to_owned())),
            secret: false,
        };
        match self.body.chars().next() {
            Some('{') if self.method == "POST" => {
                vec![plain("Content-Type", "application/json"), plain("Idempotency-Key", "{{flow.run_id}}")]
            }
            Some('<') => {
                vec![
                    plain("Content-Type", "application/xml"),
                    DraftHeader { secret: true, ..plain("X-Partner-Key", "demo") },
                ]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use app::api_node::check;
    use app::timestamp::Timestamp;

    use super::*;

    #[test]
    fn every_node_is_made_and_accepted() {
        let certificates = super::super::sample::all(Timestamp::from_seconds(1_795_000_000));
        let id = "00000000-0000-4000-8000-000000000000";
        let made: Vec<_> = certificates.iter().flat_map(|certificate| with(certificate.name, id)).collect();
        assert_eq!(made.len(), ALL.len());
        for (name, draft) in made {
            assert!(check(draft).is_ok(), "{name}");
        }
    }
}
