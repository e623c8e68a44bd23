using MlOps.Tests.Backends;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace MlOps.Testing.Tests.Backends;

public sealed class ServerRequirementsTests
{
    [Test]
    public void Tests_without_their_server_are_one_test_whose_name_states_their_number_and_the_command()
    {
        var suite = new TestSuite("suite");
        suite.Add(new TestFixtureAttribute().BuildFrom(new TypeWrapper(typeof(Needy<int>))).Single());

        new ServerRequirementsAttribute().ApplyToTest(suite);

        var tests = LeavesOf(suite).ToDictionary(static test => test.Name);
        Assert.That(tests.Keys, Has.One.EqualTo(nameof(Needy<>.Needs_nothing)));
        var replacement = tests.Values.Single(static test => test.Name != nameof(Needy<>.Needs_nothing));
        Assert.That(replacement.Name, Does.Contain(": 3 tests need a server").And.EndWith("Install it by: bash tests/servers/none.sh install"));
        Assert.That(
            replacement.RunState,
            Is.EqualTo(Environment.GetEnvironmentVariable("MLOPS_TEST_BACKENDS") == "required" ? RunState.NotRunnable : RunState.Ignored));
    }

    private static IEnumerable<ITest> LeavesOf(ITest test) => test is TestMethod ? [test] : test.Tests.SelectMany(LeavesOf);

    /// <summary>Generic, so that the runner does not take it for a fixture of its own.</summary>
    private sealed class Needy<T>
    {
        [Test]
        public void Needs_nothing() => Assert.That(typeof(T), Is.Not.Null);

        [Test]
        [RequiresServer("none")]
        public void Needs_a_server() => Assert.That(typeof(T), Is.Not.Null);

        [TestCase(1)]
        [TestCase(2)]
        [RequiresServer("none")]
        public void Needs_a_server_in_each_case(int number) => Assert.That(number, Is.Positive);
    }
}
