#include "batch.hpp"

#include <utility>

namespace glassboard {
namespace {

// Groups `rows` by series, keeping their order, and calls place(row, position) for each.
template <class Row, class Place>
Groups group(const std::vector<Row>& rows, std::size_t series_count, Place&& place) {
  std::vector<std::int64_t> next(series_count, 0);
  for (const Row& row : rows) ++next[static_cast<std::size_t>(row.series)];
  Groups groups = groups_of(next);
  for (const Row& row : rows)
    place(row, static_cast<std::size_t>(next[static_cast<std::size_t>(row.series)]++));
  return groups;
}

}  // namespace

std::uint64_t Scanner::feed(Bytes chunk) {
  const std::uint64_t before = reader_.offset();
  reader_.begin(chunk);
  Record record{};
  do {
    reader_.pass(shapes_.run(reader_.rest(), scalars_, records_));
    if (!reader_.next(record)) break;
    add(record);
  } while (true);
  return reader_.offset() - before;
}

void Scanner::add(const Record& record) {
  ++records_;
  const bool first = std::exchange(before_first_record_, false);
  if (!parse_event(record.data, event_)) {
    reader_.add_damage({record.offset, record.data.size() + kFrameBytes, Reason::undecodable});
    return;
  }
  if (!event_.writer.empty()) writer_ = event_.writer;
  switch (event_.what) {
    case What::summary:
      for (const ValueView& value : event_.values) add_value(value, record);
      break;
    case What::file_version:
      if (first) {
        has_file_version_ = true;
        file_version_ = wire::text(event_.body);
      }
      break;
    case What::session_log:
      if (event_.session_start) session_starts_.push_back({event_.step, event_.wall_time, record.offset});
      break;
    case What::graph_def: add_sample(series_.tag({}), Form::graph_def, event_.body, record); break;
    case What::meta_graph_def: add_sample(series_.tag({}), Form::meta_graph_def, event_.body, record); break;
    case What::run_metadata:
      add_sample(series_.tag(event_.tag), Form::run_metadata, event_.body, record);
      break;
    case What::nothing: break;
  }
}

void Scanner::add_value(const ValueView& value, const Record& record) {
  if (value.form == Form::none && !value.has_metadata) return;  // says nothing at all
  const std::uint32_t tag = series_.tag(value.tag);
  if (value.has_metadata) series_.keep_metadata(tag, value.metadata);
  bool scalar = value.form == Form::scalar;
  if (value.one_number) {
    const Metadata* metadata = series_.metadata(tag);
    scalar = metadata == nullptr || metadata->plugin_name.empty() || metadata->plugin_name == "scalars";
  }
  if (!scalar) return add_sample(tag, value.form, value.encoded, record);
  const std::int32_t series = series_.series(tag, Form::scalar);
  scalars_.make_room(series_.size());
  scalars_.add(series, event_.step, event_.wall_time, value.number);
  // Without metadata a later value may still say that tensors of this tag are no scalars.
  if (!value.one_number || series_.metadata(tag) != nullptr) shapes_.learn(record, event_, value, series);
}

void Scanner::add_sample(std::uint32_t tag, Form form, wire::Bytes body, const Record& record) {
  const auto within = body.empty() ? 0 : body.data() - record.data.data();
  const auto offset = static_cast<std::int64_t>(record.offset + kHeaderBytes) + within;
  samples_.push_back({event_.step, event_.wall_time, offset, static_cast<std::int64_t>(body.size()),
                      series_.series(tag, form)});
}

Batch Scanner::take() {
  Batch batch;
  batch.scalars = scalars_.take();
  shapes_.clear();  // idle scanners are many
  SampleColumns& samples = batch.samples;
  samples.steps = Column<std::int64_t>(samples_.size());
  samples.wall_times = Column<double>(samples_.size());
  samples.offsets = Column<std::int64_t>(samples_.size());
  samples.lengths = Column<std::int64_t>(samples_.size());
  samples.groups = group(samples_, series_.size(), [&samples](const SampleRow& row, std::size_t at) {
    samples.steps.data[at] = row.step;
    samples.wall_times.data[at] = row.wall_time;
    samples.offsets.data[at] = row.offset;
    samples.lengths.data[at] = row.length;
  });
  samples_ = std::vector<SampleRow>();  // `= {}` would keep the capacity, and idle scanners are many
  batch.damage = reader_.take_damage();
  batch.session_starts = std::exchange(session_starts_, {});
  batch.records = std::exchange(records_, 0);
  return batch;
}

}  // namespace glassboard
