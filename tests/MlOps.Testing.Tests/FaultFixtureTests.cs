using MlOps.Storage;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace MlOps.Testing.Tests;

public sealed class FaultFixtureTests
{
    [Test]
    public void Only_fault_tests_and_tests_of_the_fixture_run()
    {
        IFixtureBuilder builder = new FaultFixtureAttribute();
        var fixture = builder.BuildFrom(new TypeWrapper(typeof(Faulty<Storage.DiskStore>))).Single();

        var tests = MethodsOf(fixture).ToHashSet();

        Assert.That(tests, Does.Contain(nameof(Faulty<>.Own)));
        Assert.That(tests, Does.Contain(nameof(ArtifactStoreConformance.Write_replaces_an_earlier_artifact)));
        Assert.That(tests, Does.Contain(nameof(ArtifactStoreConformance.Exactly_one_of_many_writers_if_absent_wins)));
        Assert.That(tests, Does.Contain(nameof(ArtifactStoreConformance.Large_content_is_returned_and_verified)));
        Assert.That(tests, Does.Not.Contain(nameof(ArtifactStoreConformance.Content_type_is_octet_stream_by_default)));
        Assert.That(tests, Does.Not.Contain(nameof(ArtifactStoreConformance.Null_arguments_are_rejected)));
    }

    [Test]
    public void A_filter_of_the_runner_still_applies()
    {
        var type = new TypeWrapper(typeof(Faulty<Storage.DiskStore>));

        IFixtureBuilder2 builder = new FaultFixtureAttribute();
        var fixture = builder.BuildFrom(type, new OneMethod(nameof(Faulty<>.Own))).Single();

        Assert.That(MethodsOf(fixture), Is.EqualTo(new[] { nameof(Faulty<>.Own) }));
    }

    private static IEnumerable<string> MethodsOf(ITest test) => test is TestMethod leaf ? [leaf.MethodName] : test.Tests.SelectMany(MethodsOf);

    /// <summary>A generic class, which the runner does not treat as a fixture.</summary>
    private sealed class Faulty<TStore> : ArtifactStoreConformance
        where TStore : IArtifactStore, new()
    {
        [Test]
        public void Own() => Assert.Pass();

        protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new TStore());
    }

    private sealed class OneMethod(string name) : IPreFilter
    {
        public bool IsMatch(Type type) => true;

        public bool IsMatch(Type type, System.Reflection.MethodInfo method) => method.Name == name;
    }
}
