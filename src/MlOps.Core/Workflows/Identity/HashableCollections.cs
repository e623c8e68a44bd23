using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace MlOps.Workflows;

/// <summary>The collection types whose state consists of their elements and comparers.</summary>
internal static class HashableCollections
{
    private static readonly string[] s_comparers = ["Comparer", "KeyComparer", "ValueComparer"];

    private static readonly FrozenDictionary<Type, Kind> s_kinds = new Dictionary<Type, Kind>
    {
        [typeof(List<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(Queue<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(Stack<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(LinkedList<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(Collection<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(ReadOnlyCollection<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(ImmutableList<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(ImmutableQueue<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(ImmutableStack<>)] = new(IsOrdered: true, HasComparer: false),
        [typeof(Dictionary<,>)] = new(IsOrdered: true, HasComparer: true), // functions may depend on the insertion order
        [typeof(HashSet<>)] = new(IsOrdered: true, HasComparer: true),
        [typeof(SortedDictionary<,>)] = new(IsOrdered: true, HasComparer: true),
        [typeof(SortedList<,>)] = new(IsOrdered: true, HasComparer: true),
        [typeof(SortedSet<>)] = new(IsOrdered: true, HasComparer: true),
        [typeof(ImmutableSortedDictionary<,>)] = new(IsOrdered: true, HasComparer: true),
        [typeof(ImmutableSortedSet<>)] = new(IsOrdered: true, HasComparer: true),
        [typeof(ImmutableDictionary<,>)] = new(IsOrdered: false, HasComparer: true),
        [typeof(ImmutableHashSet<>)] = new(IsOrdered: false, HasComparer: true),
        [typeof(FrozenDictionary<,>)] = new(IsOrdered: false, HasComparer: true),
        [typeof(FrozenSet<>)] = new(IsOrdered: false, HasComparer: true),
        [typeof(ConcurrentDictionary<,>)] = new(IsOrdered: false, HasComparer: true),
    }.ToFrozenDictionary();

    /// <summary>Finds the kind of a collection. A class that another assembly derives from a collection may have further state and has no kind.</summary>
    public static Kind? Find(Type type)
    {
        for (var current = type; current is not null && !current.IsValueType; current = current.BaseType)
        {
            if (current.IsGenericType && s_kinds.TryGetValue(current.GetGenericTypeDefinition(), out var kind))
            {
                return current == type || current.Assembly == type.Assembly ? kind : null;
            }
        }

        return null;
    }

    /// <summary>A kind of collection.</summary>
    /// <param name="IsOrdered">Indicates whether equal collections have the same order in every process.</param>
    /// <param name="HasComparer">Indicates whether a comparer is part of the state.</param>
    internal sealed record Kind(bool IsOrdered, bool HasComparer)
    {
        /// <summary>Gets the comparers of a collection; <see langword="null"/> if the properties were trimmed.</summary>
        [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "If the property was trimmed, the collection is reported as not hashable.")]
        public object?[]? ComparersOf(object collection)
        {
            var comparers = s_comparers.Select(name => collection.GetType().GetProperty(name)).OfType<System.Reflection.PropertyInfo>().ToArray();
            return !HasComparer ? [] : comparers.Length == 0 ? null : [.. comparers.Select(comparer => comparer.GetValue(collection))];
        }
    }
}
