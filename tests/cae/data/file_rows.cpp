#include "files.hpp"

#include "support/archive.hpp"
#include "support/binary.hpp"

namespace contractive::tests {
namespace {

using Content = std::function<std::string()>;

Content text(const std::string& content) {
  return [=] { return content; };
}

cae::Reading table(const std::string& columns, const std::string& labels = "",
                   std::optional<bool> header = {}) {
  cae::Reading reading;
  reading.table = {columns, labels, header};
  return reading;
}
cae::Reading scaled(const std::string& scale) {
  cae::Reading reading;
  reading.scale = cae::Scale::named(scale);
  return reading;
}
cae::Reading arranged(const std::string& layout, const Shape& image = {}) {
  cae::Reading reading;
  reading.layout = layout;
  reading.image = image;
  return reading;
}

const std::string index_note = "; the first column has no name: it is taken for an index, and left "
                               "out";
const std::string counted_note = "; the first line, 0, 1, 2, ..., is taken for a header";

void add_pandas(std::vector<FileRow>& rows) {
  const char* by = "pandas";
  const std::string two = "(2, 2): 0.5 1.5 2.5 3.5";
  rows.insert(
      rows.end(),
      {{by, "to_csv()", "a.csv", text(",a,b\n0,0.5,1.5\n1,2.5,3.5\n"), two + index_note},
       {by, "to_csv(index=False)", "a.csv", text("a,b\n0.5,1.5\n2.5,3.5\n"), two},
       {by, "columns without names", "a.csv", text(",0,1\n0,0.5,1.5\n1,2.5,3.5\n"),
        two + counted_note + index_note},
       {by, "the same, index=False", "a.csv", text("0,1,2\n5,6,7\n8,9,9\n"),
        "(2, 3): 5 6 7 8 9 9" + counted_note},
       {by, "years as names", "a.csv", text(",2010,2011\n0,0.5,1.5\n1,2.5,3.5\n"),
        two + index_note},
       {by, "saved again with its index", "a.csv", text("Unnamed: 0,a,b\n0,0.5,1.5\n1,2.5,3.5\n"),
        two + index_note},
       {by, "quoting=QUOTE_ALL", "a.csv", text("\"a\",\"b\"\n\"0.5\",\"1.5\"\n\"2.5\",\"3.5\"\n"),
        two},
       {by, "quoting=QUOTE_NONNUMERIC", "a.csv", text("\"1\",\"2\"\n0.5,1.5\n2.5,3.5\n"), two},
       {by, "sep=';', decimal=','", "a.csv", text("a;b\n0,5;1,5\n2,5;3,5\n"), two},
       {by, "sep='\\t'", "a.tsv", text("a\tb\n0.5\t1.5\n2.5\t3.5\n"), two},
       {by, "a missing value", "a.csv", text("a,b\n0.5,\n2.5,3.5\n"),
        ": line 2, column 2: ''; expected a finite number"},
       {by, "a missing value, na_rep='NA'", "a.csv", text("a,b\n0.5,1\nNA,3.5\n"),
        ": line 3, column 1: 'NA'; expected a finite number"},
       {by, "a column of names", "a.csv", text("a,b\n0.5,x\n2.5,y\n"),
        ": line 2, column 2: 'x'; expected a finite number, or that this column is chosen"},
       {by, "compressed", "a.csv.gz", [] { return gzipped("a,b\n0.5,1.5\n2.5,3.5\n"); }, two},
       {by, "numbers below the least float", "a.csv", text("a,b\n1e-60,-1e-400\n2.5,3.5\n"),
        "(2, 2): 0 0 2.5 3.5"},
       {by, "numbers above the greatest", "a.csv", text("a,b\n1e60,1\n"),
        ": line 2, column 1: '1e60'; expected a finite number"},
       {by, "to_numpy() of text", "a.npy", [] { return npy("|O", "(2, 2)", "xxxx"); },
        "is not understood; expected a .npy file of numbers"}});
}

void add_r(std::vector<FileRow>& rows) {
  const char* by = "R";
  rows.insert(
      rows.end(),
      {{by, "write.csv()", "a.csv", text("\"\",\"V1\",\"V2\"\n\"1\",0.5,1.5\n\"2\",2.5,3.5\n"),
        "(2, 2): 0.5 1.5 2.5 3.5" + index_note},
       {by, "write.csv2()", "a.csv", text("\"\";\"V1\";\"V2\"\n\"1\";0,5;1,5\n\"2\";2,5;3,5\n"),
        "(2, 2): 0.5 1.5 2.5 3.5" + index_note},
       {by, "write.table()", "a.txt", text("\"V1\" \"V2\"\n\"1\" 0.5 1.5\n\"2\" 2.5 3.5\n"),
        "(2, 2): 0.5 1.5 2.5 3.5" + index_note},
       {by, "write.table(), rows by name", "a.txt",
        text("mpg cyl\n\"Mazda RX4\" 21 6\n\"Datsun 710\" 22.8 4\n"),
        "(2, 2): 21 6 22.8 4" + index_note},
       {by, "write.table(row.names=FALSE)", "a.txt", text("\"V1\" \"V2\"\n0.5 1.5\n2.5 3.5\n"),
        "(2, 2): 0.5 1.5 2.5 3.5"},
       {by, "iris, by write.csv(row.names=FALSE)", "iris.csv",
        text("\"Sepal.Length\",\"Sepal.Width\",\"Species\"\n5.1,3.5,\"setosa\"\n7,3.2,"
             "\"versicolor\"\n"),
        "(2, 2): 5.1 3.5 7 3.2; labels 0 1; classes, numbered from 0: setosa, versicolor",
        table("", "Species")},
       {by, "the same, the labels by place", "iris.csv",
        text("\"Sepal.Length\",\"Sepal.Width\",\"Species\"\n5.1,3.5,\"setosa\"\n7,3.2,"
             "\"versicolor\"\n"),
        "(2, 2): 5.1 3.5 7 3.2; labels 0 1", table("", "last")},
       {by, "NA", "a.csv", text("\"\",\"V1\"\n\"1\",0.5\n\"2\",NA\n"),
        ": line 3, column 2: 'NA'; expected a finite number"}});
}

void add_excel(std::vector<FileRow>& rows) {
  const char* by = "Excel";
  rows.insert(
      rows.end(),
      {{by, "CSV UTF-8", "a.csv", text("\xEF\xBB\xBFlength,width\r\n0.5,1.5\r\n2.5,3.5\r\n"),
        "(2, 2): 0.5 1.5 2.5 3.5"},
       {by, "CSV in Germany", "a.csv", text("0,5;0,25\r\n1,5;2\r\n"), "(2, 2): 0.5 0.25 1.5 2"},
       {by, "the same with a point in it", "a.csv", text("0,5;0,25\r\n1.5;2\r\n"),
        ": line 2, column 1: '1.5', and line 1 has the other decimal mark; expected points or"},
       {by, "thousands with points", "a.csv", text("1.000,5;2\r\n1;2\r\n"),
        ": line 1, column 1: '1.000,5'; expected a finite number"},
       {by, "thousands with commas, quoted", "a.csv", text("a,b\n\"1,000\",2\n"),
        ": line 2, column 1: '1,000'; expected a finite number"},
       {by, "Unicode text", "a.txt",
        text(std::string("\xFF\xFE"
                         "a\0\t\0b\0\r\0\n\0",
                         12)),
        "UTF-16"},
       {by, "old Macintosh lines", "a.csv", text("a,b\r0.5,1.5\r2.5,3.5\r"),
        "(2, 2): 0.5 1.5 2.5 3.5"},
       {by, "a quote that is not closed", "a.csv", text("a,b\n\"0.5,1.5\n"),
        ": line 2: a quote is not closed"},
       {by, "an upper-case ending", "A.CSV", text("a,b\n0.5,1.5\n"), "(1, 2): 0.5 1.5"},
       {by, "columns by name", "a.csv", text("id,age,size\n7,0.5,1.5\n8,2.5,3.5\n"),
        "(2, 2): 0.5 1.5 2.5 3.5", table("age,size")},
       {by, "columns by number", "a.csv", text("7,0.5,1.5\n8,2.5,3.5\n"), "(2, 2): 0.5 1.5 2.5 3.5",
        table("2-last")},
       {by, "a column that is not there", "a.csv", text("id,age\n7,0.5\n"),
        ": no column 'size'; expected a name (id, age, ...) or a number from 1 to 2",
        table("size")},
       {by, "a long text where a number should be", "a.csv",
        text("1,2\n3," + std::string(500, 'x') + "\n"),
        ": line 2, column 2: '" + std::string(60, 'x') + "...'; expected"}});
}

void add_numpy(std::vector<FileRow>& rows) {
  const char* by = "numpy";
  const std::vector<float> four{0, 0.5, 2.5, 10};
  const std::string floats = "(2, 2): 0 0.5 2.5 10";
  const std::string one = npy("<f4", "(2, 2)", raw(four)), two = npy("|u1", "(1, 2)", "\x33\xFF");
  rows.insert(rows.end(),
              {{by, "savetxt()", "a.txt", text("5.000e-01 1.500e+00\n2.500e+00 3.500e+00\n"),
                "(2, 2): 0.5 1.5 2.5 3.5"},
               {by, "savetxt(header='a b')", "a.txt", text("# a b\n0.5 1.5\n2.5 3.5\n"),
                "(2, 2): 0.5 1.5 2.5 3.5"},
               {by, "savetxt(fmt='%8.2f')", "a.txt", text("    0.50     1.50\n    2.50     3.50\n"),
                "(2, 2): 0.5 1.5 2.5 3.5"},
               {by, "savetxt(arange(6).reshape(2, 3))", "a.csv", text("0,1,2\n3,4,5\n"),
                "(2, 3): 0 1 2 3 4 5"},
               {by, "float32", "a.npy", text(one), floats},
               {by, "float64, big-endian", "a.npy",
                [] {
                  return npy(">f8", "(2, 2)", swapped<double>({0, 0.5, 2.5, 10}));
                },
                floats},
               {by, "float16", "a.npy",
                [] {
                  return npy("<f2", "(2, 2)", raw<std::uint16_t>({0, 0x3800, 0x4100, 0x4900}));
                },
                floats},
               {by, "float16's infinity", "a.npy",
                [] {
                  return npy("<f2", "(1, 2)", raw<std::uint16_t>({0, 0x7C00}));
                },
                ": inf in sample 0, element 1; expected numbers"},
               {by, "Fortran order", "a.npy",
                [] {
                  return npy("<f4", "(2, 2)", raw<float>({0, 2.5, 0.5, 10}), true);
                },
                floats},
               {by, "Python 2", "a.npy", [=] { return npy("<f4", "(2L, 2L)", raw(four)); }, floats},
               {by, "uint8", "a.npy", text(two), "(1, 2): 0.2 1"},
               {by, "uint8 of 0 and 1", "a.npy",
                [] { return npy("|u1", "(1, 2)", std::string("\0\1", 2)); },
                "; no byte is above 1: if 1 is meant as 1 and not as 1/255, take scale none"},
               {by, "uint8, --scale none", "a.npy", text(two), "(1, 2): 51 255", scaled("none")},
               {by, "int64 up to 255, --scale 255", "a.npy",
                [] {
                  return npy("<i8", "(1, 2)", raw<std::int64_t>({51, 255}));
                },
                "(1, 2): 0.2 1", scaled("255")},
               {by, "floats up to 1, --scale 255", "a.npy",
                [] {
                  return npy("<f4", "(1, 2)", raw<float>({0.5, 1}));
                },
                ": scale 255: values from 0.5 to 1; expected some above 1", scaled("255")},
               {by, "complex", "a.npy", [] { return npy("<c8", "(1,)", std::string(8, 0)); },
                "is not understood; expected a .npy file of numbers"},
               {by, "one axis", "a.npy",
                [] {
                  return npy("<f4", "(2,)", raw<float>({1, 2}));
                },
                ": shape (2); expected samples (N, d), or images"},
               {by, "no samples", "a.npy", [] { return npy("<f4", "(0, 4)", ""); }, "at least one"},
               {by, "compressed", "a.npy.gz", [=] { return gzipped(one); }, floats},
               {by, "savez() of one array", "a.npz",
                [=] {
                  return zipped({{"arr_0.npy", one}});
                },
                floats},
               {by,
                "savez_compressed() of two",
                "a.npz",
                [=] {
                  return zipped({{"x.npy", two}, {"y.npy", one}}, true);
                },
                floats,
                {},
                ":y"},
               {by, "the same without a name", "a.npz",
                [=] {
                  return zipped({{"x.npy", two}, {"y.npy", one}});
                },
                ": which array is meant? It holds 2: x, y; expected a path that ends in the name"},
               {by,
                "a name that is not there",
                "a.npz",
                [=] {
                  return zipped({{"x.npy", two}});
                },
                ": no array 'z'; it holds 1: x",
                {},
                ":z"},
               {by, "a truncated archive", "a.npz",
                [=] {
                  return zipped({{"x.npy", one}}).substr(0, 100);
                },
                "expected a sound zip archive"}});
}

void add_images(std::vector<FileRow>& rows) {
  const std::string pixels("\x00\x33\x66\xFF", 4);
  const auto planes = [](const std::string& shape, std::size_t n) {
    return npy("|u1", shape, std::string(n, '\x33'));
  };
  rows.insert(
      rows.end(),
      {{"MNIST", "images", "train-images-idx3-ubyte",
        [=] {
          return idx(8, {1, 2, 2}, pixels);
        },
        "(1, 2, 2, 1): 0 0.2 0.4 1"},
       {"MNIST", "compressed", "t10k-images-idx3-ubyte.gz",
        [=] {
          return gzipped(idx(8, {1, 2, 2}, pixels));
        },
        "(1, 2, 2, 1): 0 0.2 0.4 1"},
       {"MNIST", "labels instead of images", "train-labels-idx1-ubyte",
        [=] { return idx(8, {4}, pixels); }, ": shape (4); expected samples (N, d)"},
       {"MNIST", "an incomplete download", "train-images-idx3-ubyte",
        [=] {
          return idx(8, {9, 2, 2}, pixels);
        },
        ": header promises 9 x 2 x 2 = 36 bytes, the file ends after 4"},
       {"MNIST", "a page instead of the file", "train-images-idx3-ubyte",
        text("<html>not found</html>"), ": not an IDX file"},
       {"IDX", "floats", "a.idx",
        [] {
          return idx(13, {2, 2}, swapped<float>({0, 0.5, 2.5, 10}));
        },
        "(2, 2): 0 0.5 2.5 10"},
       {"IDX", "integers of 32 bits", "a.idx",
        [] {
          return idx(12, {1, 2}, swapped<std::int32_t>({-3, 70000}));
        },
        "(1, 2): -3 70000"},
       {"Kaggle", "digits to train on", "train.csv", text("label,pixel0,pixel1\n7,0,255\n2,51,0\n"),
        "(2, 2): 0 1 0.2 0; labels 7 2; column 'label' is taken for labels, not for values",
        scaled("255")},
       {"Kaggle", "digits to test on", "test.csv", text("pixel0,pixel1\n0,255\n51,0\n"),
        "(2, 2): 0 1 0.2 0", scaled("255")},
       {"Kaggle", "the labels kept as values", "train.csv", text("label,pixel0\n7,0\n2,51\n"),
        "(2, 2): 7 0 2 51", table("", "none")},
       {"Kaggle", "labels that are fractions", "train.csv", text("label,pixel0\n0.7,0\n2,51\n"),
        ": label 0.7; expected whole numbers from 0 to 999999"},
       {"Kaggle", "labels below 0", "train.csv", text("label,pixel0\n-2147483648,0\n"),
        "expected whole numbers from 0 to 999999"},
       {"Kaggle", "a label that is missing", "train.csv", text("label,pixel0\n1,0\n,51\n"),
        ": label ''; expected a number, as others are"},
       {"UCI", "iris.data", "iris.txt",
        text("5.1,3.5,1.4,0.2,Iris-setosa\n4.9,3.0,1.4,0.2,Iris-setosa\n"),
        "(2, 4): 5.1 3.5 1.4 0.2 4.9 3; labels 0 0", table("", "last")},
       {"UCI", "the same, labels not named", "iris.csv", text("5.1,0.2,Iris-setosa\n4.9,0.2,x\n"),
        ": line 1, column 3: 'Iris-setosa'; expected a finite number, or that this column is"},
       {"torchvision", "channels first", "a.npy", [=] { return planes("(2, 3, 8, 8)", 384); },
        "looks like (N, channels, height, width); expected the channels last, or --layout nchw"},
       {"torchvision", "one channel first", "a.npy", [=] { return planes("(2, 1, 8, 8)", 128); },
        "--layout nchw"},
       {"torchvision", "--layout nchw", "a.npy",
        [] {
          return npy("<f4", "(1, 2, 1, 2)", raw<float>({1, 2, 3, 4}));
        },
        "(1, 1, 2, 2): 1 3 2 4", arranged("nchw")},
       {"CIFAR", "rows of planes, --layout nchw --image 1x2x3", "a.npy",
        [] {
          return npy("<f4", "(1, 6)", raw<float>({1, 2, 3, 4, 5, 6}));
        },
        "(1, 1, 2, 3): 1 3 5 2 4 6", arranged("nchw", {1, 2, 3})},
       {"TensorFlow", "channels last", "a.npy", [=] { return planes("(2, 8, 8, 3)", 384); },
        "(2, 8, 8, 3): 0.2 0.2"},
       {"TensorFlow",
        "mnist.npz",
        "mnist.npz",
        [=] {
          return zipped({{"x_train.npy", npy("|u1", "(1, 2, 2)", pixels)},
                         {"y_train.npy", npy("|u1", "(1,)", "\7")}},
                        true);
        },
        "(1, 2, 2, 1): 0 0.2 0.4 1",
        {},
        ":x_train"},
       {"any program", "an empty file", "a.csv", text(""), ": no line of numbers"},
       {"any program", "lines of different lengths", "a.csv", text("1,2\n3,4,5\n"),
        ": line 2 has 3 columns; expected 2 as in the lines before"},
       {"any program", "a table in binary", "a.csv", text(std::string("\1\0\2\0", 4)), "UTF-16"}});
}

} // namespace

std::vector<FileRow> file_rows() {
  std::vector<FileRow> rows;
  add_pandas(rows);
  add_r(rows);
  add_excel(rows);
  add_numpy(rows);
  add_images(rows);
  return rows;
}

} // namespace contractive::tests
