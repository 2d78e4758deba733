CREATE TABLE `reverts` (
	`change` text PRIMARY KEY NOT NULL,
	`after` integer NOT NULL,
	`keep_by` text NOT NULL,
	`requester` text NOT NULL,
	`deadline` integer NOT NULL,
	`seen` text,
	`choice` text,
	`by` text,
	`chosen_at` integer,
	FOREIGN KEY (`change`) REFERENCES `executions`(`change`) ON UPDATE no action ON DELETE no action
) STRICT;
