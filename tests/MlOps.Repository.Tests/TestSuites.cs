using System.Reflection;

namespace MlOps;

/// <summary>The tests of the suites that need servers or take long.</summary>
internal static class TestSuites
{
    private static readonly string[] s_names =
    [
        "MlOps.Core.Tests", "MlOps.Models.MLNet.Tests", "MlOps.Models.Onnx.Tests",
        "MlOps.Storage.AzureBlob.Tests", "MlOps.Storage.S3.Tests", "MlOps.Testing.Tests",
    ];

    /// <summary>Gets the fixtures.</summary>
    public static IEnumerable<Type> Fixtures => s_names.SelectMany(static name => Assembly.Load(name).GetTypes())
        .Where(static type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && TestsOf(type).Any());

    /// <summary>Gets the tests of a fixture, those of its base classes included.</summary>
    public static IEnumerable<MethodInfo> TestsOf(Type fixture) => fixture.GetMethods().Where(static method => method.GetCustomAttributes()
        .Any(static attribute => attribute is NUnit.Framework.Interfaces.ITestBuilder or NUnit.Framework.Interfaces.ISimpleTestBuilder));

    /// <summary>Finds out whether a member is in a category.</summary>
    public static bool IsIn(MemberInfo member, string category) =>
        member.GetCustomAttributes<CategoryAttribute>(inherit: true).Any(found => found.Name == category);
}
