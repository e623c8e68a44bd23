using System.Reflection;

namespace MlOps.Testing;

/// <summary>Finds providers without a conformance fixture, and decorators that do not forward all members.</summary>
public static class ConformanceCompleteness
{
    /// <summary>Compares providers and decorators with fixtures.</summary>
    /// <remarks>
    /// <para>A contract is the return type of the abstract <c>Create…</c> method of a <c>…Conformance</c> fixture. Each public class that implements a
    /// contract and is not a decorator must have a sealed fixture that derives from the conformance fixture and whose name begins with the name of the
    /// class, such as <c>S3ArtifactStoreTests</c> for <c>S3ArtifactStore</c>. Each conformance fixture must have at least one sealed fixture.</para>
    /// <para>A decorator is a class that implements a contract and has a constructor parameter of the contract. It must declare all members of the contract,
    /// because an inherited default implementation, such as <c>GetService</c>, hides the member of the inner object.</para>
    /// </remarks>
    /// <param name="sources">The assemblies with providers and decorators.</param>
    /// <param name="tests">The assemblies with fixtures.</param>
    /// <returns>A sentence for each fault. Assert that the list is empty.</returns>
    /// <example>
    /// <code>
    /// Assert.That(ConformanceCompleteness.FindFaults([typeof(AcmeArtifactStore).Assembly], [typeof(AcmeArtifactStoreTests).Assembly]), Is.Empty);
    /// </code>
    /// </example>
    public static IReadOnlyList<string> FindFaults(IEnumerable<Assembly> sources, IEnumerable<Assembly> tests) => FindFaults(
        sources.SelectMany(static assembly => assembly.GetTypes()),
        tests.Append(typeof(ConformanceCompleteness).Assembly).SelectMany(static assembly => assembly.GetTypes()));

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
                    yield return $"The decorator {type.Name} inherits {member} of {contract.Name} instead of forwarding it.";
                }
            }
            else if (type.IsVisible && !Array.Exists(derived, fixture => fixture.Name.StartsWith(type.Name, StringComparison.Ordinal)))
            {
                yield return $"{type.Name} has no fixture. Derive a sealed class {type.Name}Tests from {conformance.Name}.";
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
