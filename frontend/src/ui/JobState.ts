/** The states of a job, as the API names them. */
export type JobState = "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
