CREATE TABLE `executions` (
	`change` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`nonce` text NOT NULL,
	`target` text NOT NULL,
	`state` text NOT NULL,
	`step` integer NOT NULL,
	`failure` text,
	`outcome` text,
	`claimed_at` integer NOT NULL,
	`ended_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `executions_nonce` ON `executions` (`nonce`);--> statement-breakpoint
CREATE TABLE `images` (
	`change` text NOT NULL,
	`step` integer NOT NULL,
	`path` text NOT NULL,
	`state` text,
	PRIMARY KEY(`change`, `step`),
	FOREIGN KEY (`change`) REFERENCES `executions`(`change`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `inbox` (
	`id` text PRIMARY KEY NOT NULL,
	`sender` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `inbox_at` ON `inbox` (`at`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`job` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `locks` (
	`target` text PRIMARY KEY NOT NULL,
	`change` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`recipient` text NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	`sent_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_id_unique` ON `outbox` (`id`);--> statement-breakpoint
CREATE INDEX `outbox_waiting` ON `outbox` (`recipient`,`seq`) WHERE "outbox"."sent_at" is null;--> statement-breakpoint
CREATE INDEX `outbox_sent` ON `outbox` (`sent_at`);--> statement-breakpoint
CREATE TABLE `plans` (
	`change` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`plan` text NOT NULL,
	`made_at` integer NOT NULL,
	`dropped` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `steps` (
	`change` text NOT NULL,
	`step` integer NOT NULL,
	`state` text NOT NULL,
	`upid` text,
	`undo_upid` text,
	`begun_at` integer NOT NULL,
	`done_at` integer,
	`undoing_at` integer,
	PRIMARY KEY(`change`, `step`),
	FOREIGN KEY (`change`) REFERENCES `executions`(`change`) ON UPDATE no action ON DELETE no action
) STRICT;
