using MlOps.Storage;

namespace MlOps.Abstractions.Tests;

public sealed class DependencyTests
{
    [Test]
    public void Abstractions_reference_the_base_class_library_only()
    {
        var references = typeof(IArtifactStore).Assembly.GetReferencedAssemblies().Select(static name => name.Name!);

        Assert.That(references, Has.All.Match(@"^System\.|^netstandard$|^mscorlib$"));
        Assert.That(references, Has.None.StartsWith("System.Configuration"));
    }

    [Test]
    public void An_abstraction_has_six_members_at_most()
    {
        var contracts = typeof(IArtifactStore).Assembly.GetExportedTypes().Where(static type => type.IsInterface);

        Assert.That(contracts, Has.All.Matches<Type>(static contract => contract!.GetMembers().Length <= 6));
    }

    [Test]
    public void Every_exception_derives_from_the_one_of_this_library()
    {
        var exceptions = typeof(IArtifactStore).Assembly.GetExportedTypes().Where(
            static type => type.IsSubclassOf(typeof(Exception)) && type != typeof(MlOpsException));

        Assert.That(exceptions, Is.Not.Empty);
        Assert.That(exceptions, Has.All.Matches<Type>(static type => type!.IsSubclassOf(typeof(MlOpsException))));
    }
}
