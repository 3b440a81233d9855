-- name: holiday_file_add
insert into bus.holiday_file (year, sha256, text, imported_by, imported_at)
values (:year, :sha256, :text, :imported_by, :imported_at);

-- name: holiday_files
select f.version, f.year, f.sha256, f.imported_by, f.imported_at
from bus.holiday_file f
order by f.version desc
limit 100;
-- then: holiday_files
select f.version, f.year, f.sha256, f.imported_by, f.imported_at
from bus.holiday_file f
where f.imported_at <= cases_then.at()
order by f.version desc
limit 100;
