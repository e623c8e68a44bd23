using System.Reflection;

namespace MlOps.Testing;

/// <summary>Finds providers that no conformance fixture covers, and decorators that hide what they wrap.</summary>
public static class ConformanceCompleteness
{
    /// <summary>Compares providers with fixtures. Assert that the result is empty.</summary>
    /// <remarks>
    /// <para>A contract is what the abstract <c>Create…</c> method of a <c>…Conformance</c> fixture creates. Every public class that implements one, and is no decorator, needs
    /// a sealed fixture derived from it whose name begins with the class's: <c>S3ArtifactStoreTests</c> for <c>S3ArtifactStore</c>. Every <c>…Conformance</c> needs a fixture at all.</para>
    /// <para>A decorator (a class that implements a contract and is constructed with one) must declare every member: one that it inherits from the
    /// interface's default, such as <c>GetService</c>, would hide the inner object's.</para>
    /// </remarks>
    /// <param name="sources">The assemblies with providers and decorators.</param>
    /// <param name="tests">The assemblies with fixtures, abstract (such as this one) and sealed.</param>
    /// <returns>One sentence for each fault.</returns>
    public static IReadOnlyList<string> FindFaults(IEnumerable<Assembly> sources, IEnumerable<Assembly> tests) => FindFaults(
        sources.SelectMany(static assembly => assembly.GetTypes()), tests.Append(typeof(ConformanceCompleteness).Assembly).SelectMany(static assembly => assembly.GetTypes()));

    internal static IReadOnlyList<string> FindFaults(IEnumerable<Type> sources, IEnumerable<Type> tests)
    {
        var classes = sources.Where(static type => type is { IsClass: true, IsAbstract: false }).Distinct().ToArray();
        var fixtures = tests.Distinct().ToArray();
        return [.. fixtures.Where(IsConformance).SelectMany(conformance => FindFaults(conformance, classes, fixtures))];
    }

    private static IEnumerable<string> FindFaults(Type conformance, Type[] classes, Type[] fixtures)
    {
        var contract = FindContract(conformance);
        var derived = fixtures.Where(fixture => fixture.IsSealed && fixture.IsSubclassOf(conformance)).ToArray();
        if (derived.Length == 0)
        {
            yield return $"No sealed fixture derives from {conformance.Name}.";
        }

        foreach (var type in classes.Where(contract.IsAssignableFrom))
        {
            if (IsDecorator(type, contract))
            {
                foreach (var member in FindInheritedMembers(type, contract))
                {
                    yield return $"{type.Name} is constructed with an {contract.Name} and inherits {member} instead of forwarding it.";
                }
            }
            else if (type.IsVisible && !Array.Exists(derived, fixture => fixture.Name.StartsWith(type.Name, StringComparison.Ordinal)))
            {
                yield return $"{type.Name} has no fixture: derive a sealed {type.Name}Tests from {conformance.Name}.";
            }
        }
    }

    private static bool IsConformance(Type type) => type.IsAbstract && !type.IsSealed && type.Name.EndsWith("Conformance", StringComparison.Ordinal);

    private static Type FindContract(Type conformance)
    {
        var create = conformance
            .GetMethods(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Single(static method => method.IsAbstract && method.Name.StartsWith("Create", StringComparison.Ordinal));
        return create.ReturnType.IsGenericType ? create.ReturnType.GetGenericArguments()[0] : create.ReturnType;
    }

    private static bool IsDecorator(Type type, Type contract) => type
        .GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
        .Any(constructor => constructor.GetParameters().Any(parameter => contract.IsAssignableFrom(parameter.ParameterType)));

    private static IEnumerable<string> FindInheritedMembers(Type type, Type contract) =>
        type.GetInterfaceMap(contract).TargetMethods.Where(static method => method.DeclaringType!.IsInterface).Select(static method => method.Name);
}
