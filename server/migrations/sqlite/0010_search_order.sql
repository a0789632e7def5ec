-- What is searched for is found in the order in which it ends: the numbers by which texts are found go by it.

drop trigger certificate_search_inserted;
drop trigger certificate_search_updated;
drop trigger certificate_search_deleted;

-- The second of the end, times 2^24, and those of one second counted.
create table certificate_search_in_order (
    number integer not null,
    certificate_id text not null,
    account_id text not null,
    facts text not null,
    text text not null,
    constraint certificate_search_pkey primary key (number),
    constraint certificate_search_certificate_key unique (certificate_id),
    constraint certificate_search_certificate_fkey foreign key (account_id, certificate_id)
        references certificates (account_id, id)
) strict;
insert into certificate_search_in_order (number, certificate_id, account_id, facts, text)
select certificates.not_after / 1000000 * 16777216
        + row_number() over (partition by certificates.not_after / 1000000 order by certificates.id) - 1,
    search.certificate_id, search.account_id, search.facts, search.text
from certificate_search search
join certificates on certificates.account_id = search.account_id and certificates.id = search.certificate_id;
drop table certificate_search;
alter table certificate_search_in_order rename to certificate_search;

insert into certificate_texts (certificate_texts) values ('rebuild');

create trigger certificate_search_inserted after insert on certificate_search begin
    insert into certificate_texts (rowid, text) values (new.number, new.text);
end;
create trigger certificate_search_updated after update on certificate_search begin
    insert into certificate_texts (certificate_texts, rowid, text) values ('delete', old.number, old.text);
    insert into certificate_texts (rowid, text) values (new.number, new.text);
end;
create trigger certificate_search_deleted after delete on certificate_search begin
    insert into certificate_texts (certificate_texts, rowid, text) values ('delete', old.number, old.text);
end;
