using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MlOps;

public sealed class ExperimentalApiTests
{
    [Test]
    public void Public_types_of_MlOps_Providers_are_experimental()
    {
        var types = Repository.Projects.Select(static project => Assembly.Load(Path.GetFileNameWithoutExtension(project)))
            .SelectMany(static assembly => assembly.GetExportedTypes())
            .Where(static type => type.Namespace == "MlOps.Providers")
            .ToArray();

        Assert.That(types, Is.Not.Empty);
        Assert.That(types.Where(static type => type.GetCustomAttribute<ExperimentalAttribute>()?.DiagnosticId != "MLOPS001"), Is.Empty);
    }
}
