namespace MlOps.Workflows;

using Work = Func<StepContext, CancellationToken, Task>;

/// <summary>Verifies the identities of functions.</summary>
[NonParallelizable] // a hot reload is one of the whole process
public sealed class FunctionIdentityTests
{
    private static readonly Work s_tree = CodeSample.TrainTree;
    private static readonly Work s_linear = CodeSample.TrainLinear;
    private static readonly Func<object, CancellationToken, Task> s_general = Overloads.RunAsync;

    private static IEnumerable<TestCaseData> Pairs =>
    [
        Pair("settings of a trainer", static other => new CodeSample.DeepTrainer(3, new() { ["a"] = other ? 0.2 : 0.1 }).RunAsync),
        Pair("struct", static other => new CodeSample.Setting(other ? 9 : 3).RunAsync),
        Pair("times of a wrapper", static other => CodeSample.Retry(CodeSample.TrainTree, other ? 2 : 3)),
        Pair("multicast", static other => other ? s_tree + s_tree : s_tree),
        Pair("order of a multicast", static other => other ? s_tree + s_linear : s_linear + s_tree),
        Pair("wrapped multicast", static other => CodeSample.Retry(other ? s_tree + s_tree : s_tree)),
        Pair(
            "generic method of generic arguments",
            static other => other ? CodeSample.TrainGeneric<List<CodeSample.Tree>> : CodeSample.TrainGeneric<List<CodeSample.Linear>>),
        Pair("array argument", static other => other ? CodeSample.TrainGeneric<CodeSample.Tree[]> : CodeSample.TrainGeneric<CodeSample.Tree[,]>),
        Pair(
            "lambdas of one method",
            static other => other ? static (context, _) => CodeSample.Set(context, "Tree") : static (context, _) => CodeSample.Set(context, "Linear")),
        Pair("overloads", static other => other ? (Work)s_general : (Work)Overloads.RunAsync),
        Pair("static local function", static other => CreateLocal(other)),
        Pair("variable of an outer scope", static other => Nest(other ? 9 : 3, 1)),
        Pair("variable of an inner scope", static other => Nest(3, other ? 9 : 1)),
        Pair("value behind a local function", static other => CreateIndirect(other ? 9 : 3)),
        Pair("value in a generic closure", static other => CaptureGeneric(other ? 9L : 3L)),
        Pair("type of a generic closure", static other => other ? CaptureGeneric(3L) : CaptureGeneric(3)),
        Pair("captured function that captures itself", static other => CreateRecursive(other ? 9 : 3)),
        Pair("enumeration of an async iterator", static other => CreateIterating(other ? 9 : 3)),
    ];

    [TestCaseSource(nameof(Pairs))]
    public void Equal_functions_have_the_same_identity_and_different_functions_do_not(Func<bool, Work> create)
    {
        var identities = new[] { false, false, true }.Select(other => CodeSample.Identify(create(other))).ToArray();

        Assert.That(identities[1], Is.EqualTo(identities[0]));
        Assert.That(identities[2], Is.Not.EqualTo(identities[0]));
    }

    [Test]
    public void A_variable_that_only_another_function_of_the_scope_uses_is_not_part_of_the_identity()
    {
        using var stream = new MemoryStream();
        var depth = 3;
        Work act = (context, token) => stream.WriteAsync(new byte[depth], token).AsTask();
        Work train = async (context, token) =>
        {
            await Task.Yield();
            await CodeSample.Set(context, $"{depth}");
        };

        Assert.That(CodeSample.Read(train).Functions![0].Captured, Is.EqualTo(new SortedDictionary<string, string> { ["depth"] = "System.Int32 3" }));
        Assert.That(() => CodeSample.Read(act), Throws.ArgumentException.With.Message.Contains("'stream'"));
    }

    [Test]
    public void A_variable_that_the_function_only_sets_is_not_part_of_the_identity()
    {
        using var stream = new MemoryStream();
        Stream? seen = stream;
        Work work = (_, _) =>
        {
            seen = null;
            return Task.CompletedTask;
        };
        GC.KeepAlive(seen);

        Assert.That(CodeSample.Read(work).Functions![0].Captured, Is.Null);
    }

    [Test]
    public void Code_that_was_replaced_by_a_hot_reload_has_no_certain_identity()
    {
        HotReload.UpdateApplication(null);
        try
        {
            Assert.That(CodeSample.Read(CodeSample.TrainTree).UncertainReason, Does.Contain("hot reload"));
        }
        finally
        {
            HotReload.WasApplied = false;
        }
    }

    private static TestCaseData Pair(string name, Func<bool, Work> create) => new TestCaseData(create).SetArgDisplayNames(name);

    private static Work CreateLocal(bool other)
    {
        return other ? TrainTree : TrainLinear;

        static Task TrainTree(StepContext context, CancellationToken token) => CodeSample.Set(context, "Tree");

        static Task TrainLinear(StepContext context, CancellationToken token) => CodeSample.Set(context, "Linear");
    }

    private static Work Nest(int outer, int inner)
    {
        var works = new List<Work>();
        foreach (var part in new[] { inner })
        {
            works.Add((context, _) => CodeSample.Set(context, $"{outer} {part}"));
        }

        return works[0];
    }

    private static Work CreateIndirect(int depth)
    {
        return (context, token) => Outer(context);

        Task Outer(StepContext context) => Inner(context);

        async Task Inner(StepContext context)
        {
            await Task.Yield();
            await CodeSample.Set(context, $"{depth}");
        }
    }

    private static Work CaptureGeneric<T>(T value) => async (context, _) =>
    {
        await Task.Yield();
        await CodeSample.Set(context, $"{value}");
    };

    private static Work CreateRecursive(int depth)
    {
        Func<int, int>? count = null;
        count = left => left == 0 ? depth : count!(left - 1);
        return (context, _) => CodeSample.Set(context, $"{count(2)}");
    }

    private static Work CreateIterating(int depth)
    {
        return async (context, _) =>
        {
            await foreach (var value in Values())
            {
                await CodeSample.Set(context, $"{value}");
            }
        };

        async IAsyncEnumerable<int> Values()
        {
            await Task.Yield();
            yield return depth;
        }
    }

    private static class Overloads
    {
        public static Task RunAsync(StepContext context, CancellationToken token) => CodeSample.Set(context, "Tree");

        public static Task RunAsync(object context, CancellationToken token) => CodeSample.Set((StepContext)context, "Linear");
    }
}
