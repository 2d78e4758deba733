CREATE TABLE `modes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site` text,
	`mode` text NOT NULL,
	`reason` text,
	`by` text NOT NULL,
	`since` integer NOT NULL,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
