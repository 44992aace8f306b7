// Feeds hostile bytes to everything that reads: no crash, no hang, and the same columns however the bytes are
// cut.
//
// usage: fuzz_scanner [SECONDS | FILE...]     mutates seeds for so long (60), or runs the inputs in the files
//
// Built with Clang, libFuzzer chooses the inputs by coverage; otherwise the loop below mutates at random,
// from a fixed seed. An input that failed is left beside the program, in finding.bin.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "batch.hpp"
#include "encode.hpp"
#include "value.hpp"

namespace {

using namespace glassboard;

constexpr std::uint64_t kCap = 1 << 20;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "invariant broken: %s\n", what);
  std::abort();
}

void expect(bool holds, const char* what) {
  if (!holds) fail(what);
}

// Everything a scan gave, in one comparable text.
struct Outcome {
  std::string columns;
  std::vector<Damage> damage;
  std::uint64_t offset = 0;
};

template <class T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Rows of all takes by series, so that takes at different places compare equal.
class Collector {
 public:
  void add(Scanner& scanner, Bytes file) {
    const Batch batch = scanner.take();
    rows_.resize(scanner.series().size());
    const auto each = [&](const Groups& groups, auto&& append) {
      for (std::size_t i = 0; i < groups.series.size; ++i) {
        for (std::int64_t row = groups.starts.data[i]; row < groups.starts.data[i + 1]; ++row) {
          append(rows_.at(static_cast<std::size_t>(groups.series.data[i])), static_cast<std::size_t>(row));
        }
      }
    };
    for (const ScalarColumns& scalars : batch.scalars) {
      each(scalars.groups, [&](std::string& out, std::size_t row) {
        put(out, scalars.rows.steps()[row]);
        put(out, scalars.rows.wall_times()[row]);
        put(out, scalars.rows.values()[row]);
      });
    }
    each(batch.samples.groups, [&](std::string& out, std::size_t row) {
      const auto offset = static_cast<std::uint64_t>(batch.samples.offsets.data[row]);
      const auto length = static_cast<std::uint64_t>(batch.samples.lengths.data[row]);
      expect(offset + length <= file.size(), "a sample lies outside the file");
      ValueData value;
      DecodeError error;
      if (!decode_value(file.subspan(offset, length), value, error)) {
        expect(error.what != nullptr && error.at <= length, "a failed decode says nothing");
      }
      put(out, offset);
      put(out, length);
    });
    for (const Damage& damage : batch.damage) {
      expect(damage.length > 0 && damage.offset + damage.length <= file.size(),
             "damage lies outside the file");
      if (!damage_.empty() && damage_.back().offset == damage.offset) damage_.pop_back();
      damage_.push_back(damage);
    }
    records_ += batch.records;
  }

  Outcome finish(const Scanner& scanner) {
    Outcome outcome{{}, damage_, scanner.offset()};
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      outcome.columns += scanner.series().name_of(scanner.series().tag_of(i)) + rows_[i];
    }
    put(outcome.columns, records_);
    return outcome;
  }

 private:
  std::vector<std::string> rows_;
  std::vector<Damage> damage_;
  std::uint64_t records_ = 0;
};

// Scans `file` in pieces of `step` bytes, more where the scanner wants more, as a reader of a growing file
// would; `resumed` hands the state to a fresh scanner after each.
Outcome scan(Bytes file, std::size_t step, bool resumed = false) {
  Scanner scanner(kCap);
  Collector collector;
  for (std::size_t end = 0;;) {
    const std::uint64_t start = scanner.offset();
    expect(start <= end, "the scanner is ahead of its bytes");
    const std::uint64_t used = scanner.feed(file.subspan(start, end - start));
    expect(scanner.offset() == start + used && used <= end - start,
           "the scanner used more than it was given");
    collector.add(scanner, file);
    expect(scanner.wanted_bytes() > end - scanner.offset(), "the scanner stopped before it had to");
    if (end == file.size()) return collector.finish(scanner);
    end = std::min(file.size(), end + step);
    if (resumed) {
      Scanner fresh(kCap);
      expect(fresh.resume(wire::bytes_of(scanner.position()), wire::bytes_of(scanner.table())),
             "a scanner cannot be resumed");
      expect(fresh.position() == scanner.position() && fresh.table() == scanner.table(),
             "a resumed scanner is another one");
      scanner = std::move(fresh);
    }
  }
}

void check_same(const Outcome& whole, const Outcome& cut) {
  expect(whole.columns == cut.columns && whole.offset == cut.offset,
         "columns depend on how the bytes are cut");
  expect(whole.damage.size() == cut.damage.size(), "damage depends on how the bytes are cut");
  for (std::size_t i = 0; i < whole.damage.size(); ++i) {
    const Damage& a = whole.damage[i];
    const Damage& b = cut.damage[i];
    expect(a.offset == b.offset && a.length == b.length && a.reason == b.reason, "damage differs by cut");
  }
}

void check_file(Bytes file, std::size_t step) {
  const Outcome whole = scan(file, file.size() + 1);
  check_same(whole, scan(file, step));
  check_same(whole, scan(file, step, true));
}

// The first byte says what the rest is: a file, events to be framed (each after a byte that gives its
// length), a value.
void run_input(Bytes input) {
  if (input.empty()) return;
  const auto mode = std::to_integer<unsigned>(input[0]);
  input = input.subspan(1);
  if (mode % 3 == 0) return check_file(input, 1 + mode / 3);
  if (mode % 3 == 1) {
    std::string file;
    while (!input.empty()) {
      const std::size_t length = std::min(input.size() - 1, std::to_integer<std::size_t>(input[0]));
      append_frame(file, input.subspan(1, length));
      input = input.subspan(1 + length);
    }
    return check_file(std::as_bytes(std::span(file)), 1 + mode / 3);
  }
  const std::size_t cut = input.size() / 4;
  if (Scanner resumed(kCap); resumed.resume(input.first(cut), input.subspan(cut))) resumed.take();
  ValueData value;
  DecodeError error;
  expect(decode_value(input, value, error) == (error.what == nullptr), "a failed decode says nothing");
}

std::vector<std::string> make_seeds() {
  const Point point{"loss/train", 7, 1.7e9, {"scalars", "content", "display", "description", 1}};
  const double limits[] = {1.0, 2.0};
  const std::int64_t shape[] = {2, 1};
  const std::string_view strings[] = {"one", "two"};
  std::vector<std::string> frames(14);
  append_file_version(frames[0], 1.7e9);
  append_session_start(frames[1], 3, 1.7e9);
  append_scalar(frames[2], {"loss", -1, 1.7e9, {}}, 0.5F);
  append_double(frames[3], point, 0.25);
  append_image(frames[4], point, {2, 3, 4, "encoded"});
  append_histogram(frames[5], point, {}, limits, limits);
  append_audio(frames[6], point, {44100.0, 1, 2, "encoded", "audio/wav"});
  append_tensor(frames[7], point, kStringDtype, shape, {}, strings);
  append_tensor(frames[8], point, kFloatDtype, shape, "12345678", {});
  append_value(frames[9], point, std::string_view{});
  append_graph(frames[10], 0, 1.7e9, "graph");
  append_run_metadata(frames[11], point, "metadata");
  append_value(
      frames[12], point,
      std::string_view("\x42\x0a\x08\x01\x12\x00\x2d\x00\x00\x80\x3f\x13\x14", 13));  // float_val, group
  append_value(frames[13], point,
               std::string_view("\x42\x08\x08\x0e\x12\x00\x6a\x02\x80\x7f", 10));  // packed half_val
  std::vector<std::string> seeds;
  std::string file(1, '\x21');
  std::string events(1, '\x22');
  for (const std::string& frame : frames) {
    const std::string_view event = std::string_view(frame).substr(kHeaderBytes, frame.size() - kFrameBytes);
    file += frame;
    events += static_cast<char>(event.size());
    events += event;
    seeds.push_back(std::string(1, '\x21') + frame + frames[2]);
    EventView view;
    parse_event(wire::bytes_of(event), view);
    for (const ValueView& value : view.values)
      seeds.push_back('\x02' + std::string(wire::text(value.encoded)));
  }
  std::string repeated(1, '\x21');  // what is recognised instead of parsed
  for (std::int64_t step = 124; step < 132; ++step) {
    append_scalar(repeated, {"loss", step, 1.7e9, {}}, 0.5F);
    append_double(repeated, {"lost", step, 1.7e9, point.metadata}, 0.25);
  }
  seeds.push_back(repeated);
  seeds.push_back(file);
  seeds.push_back(events);
  return seeds;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  run_input(std::as_bytes(std::span(data, size)));
  return 0;
}

#if defined(GLASSBOARD_LIBFUZZER)

// Turns the one argument into libFuzzer's, and hands it the seeds as a corpus.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const std::filesystem::path corpus = std::filesystem::temp_directory_path() / "glassboard-fuzz-corpus";
  std::filesystem::create_directories(corpus);
  const std::vector<std::string> seeds = make_seeds();
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream(corpus / ("seed-" + std::to_string(i)), std::ios::binary) << seeds[i];
  }
  if (*argc > 2 || (*argc == 2 && std::atoi((*argv)[1]) == 0)) return 0;
  static std::vector<std::string> arguments = {
      (*argv)[0], "-max_total_time=" + std::string(*argc == 2 ? (*argv)[1] : "60"), corpus.string()};
  static std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  *argc = static_cast<int>(arguments.size());
  *argv = pointers.data();
  return 0;
}

#else

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <random>

// Both sanitizers end in SIGABRT, so that `on_signal` can keep the input.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

namespace {

constexpr unsigned kHangSeconds = 20;
std::string current_input;
std::string finding_path;

void on_signal(int number) {
  std::fputs(number == SIGALRM ? "an input takes too long\n" : "aborted\n", stderr);
  std::ofstream(finding_path, std::ios::binary) << current_input;
  std::fprintf(stderr, "the input is in %s\n", finding_path.c_str());
  std::_Exit(1);
}

void mutate(std::string& input, const std::vector<std::string>& seeds, std::mt19937_64& random) {
  const auto below = [&random](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  for (std::size_t n = 1 + below(4); n > 0; --n) {
    const std::size_t at = below(input.size() + 1);
    switch (below(8)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(random());
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 2: input.resize(at); break;
      case 3: input.insert(at, 1 + below(8), static_cast<char>(random())); break;
      case 4: input.erase(at, 1 + below(16)); break;
      case 5: input.insert(at, seeds[below(seeds.size())].substr(1)); break;
      case 6: input.insert(at, input.substr(below(input.size() + 1), below(64))); break;
      default: {  // numbers that break arithmetic
        constexpr std::uint64_t kEdges[] = {0, 127, 128, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ~0ULL};
        const std::uint64_t edge = kEdges[below(std::size(kEdges))];
        const std::size_t width = std::size_t{1} << below(4);
        if (at + width <= input.size()) std::memcpy(input.data() + at, &edge, width);
      }
    }
  }
  if (input.size() > 4096) input.resize(4096);
}

}  // namespace

int main(int argc, char** argv) {
  finding_path = (std::filesystem::path(argv[0]).parent_path() / "finding.bin").string();
  signal(SIGABRT, on_signal);
  signal(SIGALRM, on_signal);
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 60;
  if (seconds == 0) {
    for (int i = 1; i < argc; ++i) {
      std::ifstream file(argv[i], std::ios::binary);
      if (!file) {
        std::fprintf(stderr, "cannot read %s\n", argv[i]);
        return 2;
      }
      current_input.assign(std::istreambuf_iterator<char>(file), {});
      alarm(kHangSeconds);
      run_input(std::as_bytes(std::span(current_input)));
    }
    return 0;
  }
  const std::vector<std::string> seeds = make_seeds();
  std::mt19937_64 random(1);
  std::uint64_t runs = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (const std::string& seed : seeds) {
    current_input = seed;
    run_input(std::as_bytes(std::span(current_input)));
  }
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    alarm(kHangSeconds);
    current_input = seeds[random() % seeds.size()];
    mutate(current_input, seeds, random);
    run_input(std::as_bytes(std::span(current_input)));
  }
  std::printf("%llu inputs, nothing found\n", static_cast<unsigned long long>(runs));
  return 0;
}

#endif
