CREATE TABLE `broken_glass` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`change` text NOT NULL,
	`plan` text NOT NULL,
	`by` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	`due` integer NOT NULL,
	`needs` text NOT NULL,
	`remind_at` integer NOT NULL,
	`reviewed_by` text,
	`review` text,
	`reviewed_at` integer,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reviewed_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `broken_glass_change` ON `broken_glass` (`change`);--> statement-breakpoint
CREATE INDEX `broken_glass_owed` ON `broken_glass` (`reviewed_at`,`remind_at`);--> statement-breakpoint
CREATE TABLE `stand_ins` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`for` text NOT NULL,
	`by` text NOT NULL,
	`from` integer NOT NULL,
	`until` integer NOT NULL
) STRICT;
--> statement-breakpoint
ALTER TABLE `changes` ADD `breaks` integer DEFAULT 0 NOT NULL;
