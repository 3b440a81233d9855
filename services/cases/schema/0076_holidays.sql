-- Holiday files come in by a command of the casework, which counts again what
-- lay past the announced days.
grant insert on bus.holiday_file to redkite_cases;
