/** Which job stands first. */
import { Choice, FilterPill } from "#/jobs/list/FilterPill";
import { type JobSearch, ORDERS } from "#/jobs/list/search";

interface OrderFilterProps {
  value: JobSearch["order"];
  onChange: (value: JobSearch["order"]) => void;
}

export function OrderFilter({ value, onChange }: OrderFilterProps) {
  return (
    <FilterPill label="Order" value={ORDERS[value ?? "newest"].label}>
      {(close) =>
        (Object.keys(ORDERS) as (keyof typeof ORDERS)[]).map((order) => (
          <Choice
            key={order}
            chosen={(value ?? "newest") === order}
            onChoose={() => {
              onChange(order === "newest" ? undefined : order);
              close();
            }}
          >
            {ORDERS[order].label}
          </Choice>
        ))
      }
    </FilterPill>
  );
}
