CREATE TABLE `strangers` (
	`account` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`count` integer NOT NULL
) STRICT;
