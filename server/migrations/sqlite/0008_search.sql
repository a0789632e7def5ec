-- What is searched for, by any three characters of it.

-- Folded as names are compared: the name, and behind a line feed what does not change with it. The program writes it; what was stored
-- before is filled in at its start.
create table certificate_search (
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

create virtual table certificate_texts using fts5 (
    text, content = 'certificate_search', content_rowid = 'number', tokenize = 'trigram'
);

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
