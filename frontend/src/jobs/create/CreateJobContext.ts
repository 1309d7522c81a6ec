/** Lets any page open the dialog that makes a job. */
import { createContext, useContext } from "react";

export const CreateJobContext = createContext<() => void>(() => {});

export function useCreateJob(): () => void {
  return useContext(CreateJobContext);
}
