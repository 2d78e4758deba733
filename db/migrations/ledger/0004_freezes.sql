CREATE TABLE `freezes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site` text,
	`reason` text NOT NULL,
	`by` text NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL,
	`lifted_at` integer,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
