using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using CsCheck;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>Verifies the hashes of captured values.</summary>
public sealed class CapturedValueTests
{
    private enum Mode
    {
        Fast,
        Exact,
    }

    private static IEnumerable<TestCaseData> Pairs =>
    [
        Pair("null", static other => other ? null : ""),
        Pair("text", static other => other ? "a" : "b"),
        Pair("type of a number", static other => other ? 3L : (object)3),
        Pair("float", static other => other ? float.BitIncrement(0.1f) : 0.1f),
        Pair("double", static other => other ? double.BitIncrement(0.1) : 0.1),
        Pair("negative zero", static other => other ? -0.0 : 0.0),
        Pair("decimal", static other => other ? 1.0m : 1.00m),
        Pair("char", static other => other ? 'a' : 'b'),
        Pair("bool", static other => other),
        Pair("enum", static other => other ? Mode.Exact : Mode.Fast),
        Pair("date", static other => new DateTime(1, other ? DateTimeKind.Utc : DateTimeKind.Local)),
        Pair("date with offset", static other => new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(other ? 1 : 2))),
        Pair("day", static other => new DateOnly(2026, 11, other ? 23 : 24)),
        Pair("duration", static other => TimeSpan.FromSeconds(other ? 1 : 2)),
        Pair("guid", static other => new Guid(other ? 1 : 2, 0, 0, new byte[8])),
        Pair("big number", static other => BigInteger.Pow(2, other ? 100 : 101)),
        Pair("address", static other => new Uri(other ? "http://a/" : "http://b/")),
        Pair("version", static other => new Version(1, other ? 1 : 2)),
        Pair("type", static other => other ? typeof(List<int>) : typeof(List<long>)),
        Pair("culture", static other => CultureInfo.GetCultureInfo(other ? "de-DE" : "en-US")),
        Pair("numbers", static other => new[] { 1.0, other ? 2.0 : 3.0 }),
        Pair("shape", static other => other ? new int[2, 3] : new int[3, 2]),
        Pair("texts", static other => new[] { "ab", other ? "c" : "d" }),
        Pair("borders of texts", static other => other ? new[] { "ab", "c" } : new[] { "a", "bc" }),
        Pair(
            "borders of texts with names in them",
            static other => other ? ("x", "yItem2System.Stringz") : ("xItem2System.Stringy", "z")),
        Pair("type of an element", static other => new object[] { other ? 3L : (object)3 }),
        Pair("end of a list", static other => other ? new List<object> { new List<object> { 1 }, 2 } : [new List<object> { 1, 2 }]),
        Pair("nested arrays", static other => new[] { new[] { 1 }, new[] { other ? 2 : 3 } }),
        Pair("list", static other => new List<int> { 1, other ? 2 : 3 }),
        Pair("list with spare room", static other => new List<int>(other ? 1 : 100) { other ? 1 : 2 }),
        Pair("depth of lists", static other => other ? new List<List<int>> { new() { 1 }, new() } : new List<List<int>> { new(), new() { 1 } }),
        Pair("dictionary", static other => new Dictionary<string, int> { ["a"] = other ? 1 : 2 }),
        Pair("order of a dictionary", static other => other ? new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 } : new() { ["b"] = 2, ["a"] = 1 }),
        Pair("comparer", static other => new Dictionary<string, int>(other ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase) { ["a"] = 1 }),
        Pair("culture of a comparer", static other => new HashSet<string>(Comparer(other ? "de-DE" : "en-US"))),
        Pair("set", static other => new SortedSet<int> { 1, other ? 2 : 3 }),
        Pair("immutable list", static other => ImmutableList.Create(1, other ? 2 : 3)),
        Pair("immutable array", static other => ImmutableArray.Create(1, other ? 2 : 3)),
        Pair("no immutable array", static other => other ? default : ImmutableArray<int>.Empty),
        Pair("frozen dictionary", static other => new Dictionary<string, int> { ["a"] = 1, ["b"] = other ? 1 : 2 }.ToFrozenDictionary()),
        Pair("concurrent dictionary", static other => new ConcurrentDictionary<string, int> { ["a"] = 1, ["b"] = other ? 1 : 2 }),
        Pair("tuple", static other => (1, other ? "a" : "b")),
        Pair("old tuple", static other => Tuple.Create(1, other ? "a" : "b")),
        Pair("nullable", static other => (int?)(other ? 1 : 2)),
        Pair("record", static other => new Settings(3, [0.1, other ? 0.2 : 0.3])),
        Pair("field of a base class", static other => new DeepSettings(other ? 1 : 2)),
        Pair("class", static other => new Options { Depth = 3, Inner = new Options { Depth = other ? 3 : 9 } }),
        Pair("runtime type", static other => new object[] { other ? new Options() : new Empty() }),
        Pair("anonymous type", static other => new { depth = other ? 3 : 9 }),
        Pair("dataset", static other => new DatasetReference("iris", other ? 1 : 2)),
        Pair("collection expression", static other => (IReadOnlyList<int>)[1, other ? 2 : 3]),
        Pair("circle", static other => Circle(other ? 3 : 9)),
        Pair("circle and line", static other => other ? Circle(3) : new Options { Depth = 3, Inner = new Options { Depth = 3 } }),
    ];

    private static IEnumerable<TestCaseData> Opaque =>
    [
        No("stream", static () => new MemoryStream()),
        No("service", static () => new HttpClient()),
        No("random", static () => new Random(1)),
        No("task", static () => Task.FromResult(1)),
        No("lazy value", static () => new Lazy<int>(static () => 1)),
        No("query", static () => new[] { 1, 2 }.Where(static number => number > 1)),
        No("iterator", static () => Iterate(2)),
        No("handle", static () => (nint)1),
        No("class with a stream", static () => new Holder { Stream = new MemoryStream() }),
        No("list of streams", static () => new List<Stream> { new MemoryStream() }),
        No("class derived from a collection", static () => new Columns { "a" }),
        No("file", static () => new FileInfo("a")),
        No("depth", static () => Enumerable.Range(0, 200).Aggregate(new Options(), static (inner, _) => new Options { Inner = inner })),
        No("size", static () => new string[1_000_001]),
    ];

    [TestCaseSource(nameof(Pairs))]
    public void Equal_values_have_the_same_hash_and_different_values_do_not(Func<bool, object?> create)
    {
        var hashes = new[] { false, false, true, true }.Select(other => Hash(create(other))).ToArray();

        Assert.That((hashes[1], hashes[3]), Is.EqualTo((hashes[0], hashes[2])));
        Assert.That(hashes[2], Is.Not.EqualTo(hashes[0]));
    }

    [TestCaseSource(nameof(Opaque))]
    public void A_value_with_hidden_state_is_refused(Func<object> create) =>
        Assert.That(() => Hash(create()), Throws.ArgumentException.With.Message.Contains("'value").And.Message.Contains("CodeVersion"));

    [Test]
    public void The_message_names_the_part_of_a_value_that_cannot_be_hashed() =>
        Assert.That(
            () => Hash(new Options { Held = new MemoryStream() }),
            Throws.ArgumentException.With.Message.Contains("'value.Held' of the type 'System.IO.MemoryStream'"));

    [Test]
    public void The_order_of_an_unordered_collection_is_ignored()
    {
        var one = new ConcurrentDictionary<Colliding, int> { [new(1)] = 1, [new(2)] = 2 };
        var other = new ConcurrentDictionary<Colliding, int> { [new(2)] = 2, [new(1)] = 1 };

        Assert.That(one.Keys, Is.Not.EqualTo(other.Keys), "the orders are others");
        Assert.That(Hash(one), Is.EqualTo(Hash(other)));
    }

    [Test]
    public void Locks_and_tokens_are_ignored() => Assert.That(
        Hash(new Guarded { Depth = 3, Token = new CancellationToken(true) }), Is.EqualTo(Hash(new Guarded { Depth = 3 })));

    [Test]
    public void Trees_of_values_have_the_same_hash_exactly_if_they_are_equal() =>
        Gen.Select(Trees, Trees, Gen.Bool).Sample(
            static (one, other, isSame) =>
            {
                var compared = isSame ? one : other;
                return (Hash(one.ToValue()) == Hash(compared.ToValue())) == (one == compared);
            },
            iter: 300);

    private static Gen<Tree> Trees => Gen.Recursive<Tree>(static (depth, inner) => depth > 2
        ? Gen.Int[0, 3].Select(static number => new Tree($"{number}", null, null))
        : Gen.Select(Gen.Int[0, 3], Gen.Bool, inner, inner).Select(
            static (number, isLeaf, left, right) => new Tree($"{number}", isLeaf ? null : left, isLeaf ? null : right)));

    private static Sha256Digest Hash(object? value) => CodeSample.Identify(CodeSample.Capture(value));

    private static TestCaseData Pair(string name, Func<bool, object?> create) => new TestCaseData(create).SetArgDisplayNames(name);

    private static TestCaseData No(string name, Func<object> create) => new TestCaseData(create).SetArgDisplayNames(name);

    private static StringComparer Comparer(string culture) => StringComparer.Create(CultureInfo.GetCultureInfo(culture), ignoreCase: true);

    private static Options Circle(int depth)
    {
        var options = new Options { Depth = depth };
        options.Inner = options;
        return options;
    }

    private static IEnumerable<int> Iterate(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }
    }

    private sealed record Tree(string Name, Tree? Left, Tree? Right)
    {
        /// <summary>Creates a new tree of lists and dictionaries.</summary>
        public object ToValue() => Left is null
            ? new string(Name)
            : new Dictionary<string, object> { ["name"] = new string(Name), ["parts"] = new List<object> { Left.ToValue(), Right!.ToValue() } };
    }

    private sealed record Colliding(int Number)
    {
        public override int GetHashCode() => 0;
    }

    private sealed record Settings(int Depth, double[] Rates);

    private class Base(int hidden)
    {
        public int Hidden => hidden;
    }

    private sealed class DeepSettings(int hidden) : Base(hidden);

    private sealed class Options
    {
        public int Depth { get; init; }

        public Options? Inner { get; set; }

        public Stream? Held { get; init; }
    }

    private sealed class Empty;

    private sealed class Holder
    {
        public Stream? Stream { get; init; }
    }

    private sealed class Columns : List<string>;

    private sealed class Guarded
    {
        private readonly Lock _lock = new();
        private readonly object _old = new();

        public int Depth { get; init; }

        public CancellationToken Token { get; init; }

        public override string ToString() => $"{_lock} {_old}";
    }
}
