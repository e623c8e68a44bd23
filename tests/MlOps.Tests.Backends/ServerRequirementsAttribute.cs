using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace MlOps.Tests.Backends;

/// <summary>Replaces the tests of each fixture whose server is not installed by one skipped test, whose name states their number and the command
/// that installs the server.</summary>
/// <remarks>
/// A skipped test is several lines in the output of <c>dotnet test</c>, and its set-up and tear-down run. Where servers are required, the one test fails.
/// </remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ServerRequirementsAttribute : NUnitAttribute, IApplyToTest
{
    /// <inheritdoc/>
    public void ApplyToTest(Test test) => Replace((TestSuite)test);

    private static void Replace(TestSuite suite)
    {
        foreach (var child in suite.Tests.OfType<TestSuite>().ToArray())
        {
            if (child is TestFixture)
            {
                ReplaceInFixture(child);
            }
            else
            {
                Replace(child);
            }
        }
    }

    private static void ReplaceInFixture(TestSuite fixture)
    {
        var groups = LeavesOf(fixture)
            .Select(static test => (Test: test, Reason: FindReasonToSkip(test)))
            .Where(static leaf => leaf.Reason is not null)
            .GroupBy(static leaf => leaf.Reason!, static leaf => leaf.Test)
            .ToArray();
        foreach (var group in groups)
        {
            var replaced = group.ToArray();
            foreach (var test in replaced)
            {
                Remove(test);
            }

            fixture.Add(MakeReplacement(fixture, replaced, group.Key));
        }
    }

    private static IEnumerable<TestMethod> LeavesOf(ITest test) => test is TestMethod leaf ? [leaf] : test.Tests.SelectMany(LeavesOf);

    private static string? FindReasonToSkip(TestMethod test)
    {
        var needed = test.Method.GetCustomAttributes<RequiresServerAttribute>(inherit: true)
            .Concat(test.TypeInfo!.GetCustomAttributes<RequiresServerAttribute>(inherit: true))
            .FirstOrDefault();
        return needed is null ? null : ServerScript.FindReasonToSkip(needed.Servers);
    }

    /// <summary>Removes a test, and the suite of its cases if it was the last one.</summary>
    private static void Remove(Test test)
    {
        var parent = (TestSuite)test.Parent!;
        parent.Tests.Remove(test);
        if (parent.Tests.Count == 0 && parent is not TestFixture)
        {
            Remove(parent);
        }
    }

    private static TestMethod MakeReplacement(TestSuite fixture, TestMethod[] replaced, string reason)
    {
        var name = $"{fixture.Name}: {replaced.Length} {(replaced.Length == 1 ? "test needs" : "tests need")} a server. {reason}";
        var replacement = new TestMethod(replaced[0].Method, fixture) { Name = name, FullName = $"{fixture.FullName}.{name}" };
        replacement.Properties.Add(PropertyNames.Category, "Backend");
        if (Requirement.IsStrict)
        {
            replacement.MakeInvalid(Requirement.FailureReason);
        }
        else
        {
            replacement.RunState = RunState.Ignored;
        }

        return replacement;
    }
}
