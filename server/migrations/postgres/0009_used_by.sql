-- How many API nodes use a certificate: pinned to it with their mTLS on, through the primary, or to trust their servers by. The program
-- keeps it with each change of a node or of the primary, so that the list is sorted and filtered by it as quickly as by the rest.
alter table certificates add column used_by bigint not null default 0;

update certificates
set used_by =
    (select count(*) from api_nodes where api_nodes.account_id = certificates.account_id
        and api_nodes.certificate_id = certificates.id and api_nodes.mtls_enabled)
    + (case when certificates.ca then
        (select count(*) from api_nodes where api_nodes.account_id = certificates.account_id
            and api_nodes.server_ca = certificates.id) else 0 end)
    + (case when certificates.is_primary then
        (select count(*) from api_nodes where api_nodes.account_id = certificates.account_id
            and api_nodes.certificate_id is null and api_nodes.mtls_enabled) else 0 end);

create index certificates_used_by_idx on certificates (account_id, used_by, id)
    where deleted_on is null;
-- What is said above the list of those that expire within days looks at no others.
create index certificates_due_idx on certificates (account_id, not_after)
    where deleted_on is null and used_by > 0;
